"""People by name alone, and the words of the sheet."""

from django import template
from django.utils import formats
from django.utils.timezone import localtime

from preau.accounts.models import Person
from preau.exams import words
from preau.exams.models import Sitting

register = template.Library()


@register.filter
def by_name(person: Person) -> str:
    """A person by name and nothing else."""
    return words.named(person)


@register.filter
def incident_kind(kind: str) -> str:
    """What a kind of incident is called."""
    return words.said(words.KINDS, kind)


@register.filter
def attendance(value: str) -> str:
    """What an attendance is called."""
    return words.said(words.ATTENDANCE, value)


@register.filter
def identity(value: str) -> str:
    """What came of looking at a document, in words."""
    return words.said(words.IDENTITY, value)


@register.filter
def mark(value: str) -> str:
    """The class of a `.state` for an attendance or an identity."""
    return words.MARKS.get(value, "pending")


@register.filter
def place(sitting: Sitting) -> str:
    """Where a sitting is, in one line."""
    return words.where(sitting)


@register.filter
def ending(sitting: Sitting) -> str:
    """When a sitting ends, beside its beginning: the time of day, with the day where it is another."""
    zone = sitting.edition.zone_info
    ends = localtime(sitting.closes_at, zone)
    if ends.date() == localtime(sitting.opens_at, zone).date():
        return words.hour(sitting.closes_at, zone)
    return formats.date_format(ends, "SHORT_DATETIME_FORMAT")


@register.filter
def times(sitting: Sitting) -> str:
    """When a sitting is."""
    return words.when(sitting)
