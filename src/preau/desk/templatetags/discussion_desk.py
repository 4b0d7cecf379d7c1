"""What the moderators' desk says in words, and where its rows are."""

from collections.abc import Iterable
from datetime import timedelta

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from preau.common import languages as known
from preau.desk.access_discussion import Table
from preau.discussion.models import Flag, ModerationAct, Post, Thread

register = template.Library()


@register.filter
def languages(codes: Iterable[str]) -> str:
    """Their names in the language of the page."""
    return ", ".join(known.named(code) for code in codes)


@register.filter
def hour_of_week(hour: tuple[int, int]) -> str:
    """« mardi 18 h »."""
    return _("{day} {hour}:00").format(day=WEEKDAYS[hour[0]], hour=hour[1])


@register.filter
def wait(length: timedelta) -> str:
    """How long somebody waited, roughly, as people say it."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 120:
        return _("{minutes} min").format(minutes=minutes)
    if minutes < 2 * 24 * 60:
        return _("{hours} h").format(hours=round(minutes / 60))
    return _("{days} days").format(days=round(minutes / (24 * 60)))


@register.filter
def act_address(row: ModerationAct, table: Table) -> str:
    """Of a decision, in its space."""
    return f"{table.of(row.space_id).address}act/{row.pk}/"


@register.filter
def flag_address(row: Flag, table: Table) -> str:
    """Of a flag, in its space."""
    return f"{table.of(row.space_id).address}flag/{row.pk}/"


@register.filter
def post_address(row: Post, table: Table) -> str:
    """Of a message, in its space."""
    return f"{table.of(row.thread.space_id).address}post/{row.pk}/"


@register.filter
def thread_address(row: Thread, table: Table) -> str:
    """Of a thread, in its space."""
    return f"{table.of(row.space_id).address}thread/{row.pk}/"
