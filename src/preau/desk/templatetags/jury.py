"""What the pages of juries say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import template
from django.utils.dateparse import parse_datetime

from preau.certificates import filing
from preau.common.templatetags.preau import told
from preau.desk import jury

register = template.Library()


@register.filter
def verdict(name: str) -> str:
    """A verdict in words."""
    return jury.verdict(name)


@register.filter
def short_number(enrolment_id: UUID) -> str:
    """The number of an enrolment as the minutes have it."""
    return filing.short(enrolment_id)


@register.filter
def of(table: Mapping[Any, str], key: Any) -> str:
    """What a table says of a key; nothing where it does not know it."""
    return table.get(key, "")


@register.filter
def at_moment(text: str, zone: ZoneInfo) -> str:
    """A moment kept as text, in words; nothing for what is none."""
    at = parse_datetime(text) if text else None
    return told(at, zone) if isinstance(at, datetime) else ""
