"""What the pages of subtitles say in words."""

from django import template

from preau.subtitles import words
from preau.subtitles.readability import Warning

register = template.Library()


@register.filter
def suggestion_state(state: str) -> str:
    """What became of a suggestion."""
    return str(words.STATES[state])


@register.filter
def suggestion_kind(kind: str) -> str:
    """What a suggestion would change."""
    return str(words.KINDS[kind])


@register.filter
def revision_what(what: str) -> str:
    """What made a revision."""
    return str(words.REVISIONS[what])


@register.filter
def line_state(state: str) -> str:
    """How far a line of a translation is."""
    return str(words.LINES[state])


@register.filter
def readable(warned: Warning) -> str:
    """What makes a line hard to read."""
    return words.warning(warned)


@register.filter
def thousandths(seconds: float) -> int:
    """Seconds in milliseconds, as the script reads them."""
    return round(seconds * 1000)
