"""What the page of a result says in words."""

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from preau.peer import terms, wording
from preau.peer.templatetags.peer import points

register = template.Library()
NEXT_TO_NOTHING = 1.0  # points of 100


@register.filter
def grade(score: float, scale: terms.Scale) -> str:
    """« 13,4 / 20 »."""
    return wording.grade(score, scale)


@register.filter
def figure(score: float, scale: str) -> str:
    """« 13,42 », as a line of the reckoning."""
    return wording.figure(score, scale)


@register.filter
def cause(name: str) -> str:
    """Why a grade changed."""
    return _(wording.CAUSES[name])


@register.filter
def decision(name: str) -> str:
    """What a procedure decided, to the author."""
    return _(wording.DECISIONS[name])


@register.filter
def share(value: float) -> str:
    """A part of the whole: « 34 % »."""
    return _("{number}%").format(number=formats.number_format(round(value * 100), use_l10n=True))


@register.filter
def few(value: float, scale: str) -> str:
    """Points of the scale in a sentence: « 2 points », « 1,5 point »."""
    return points(round(value * wording.out_of(scale) / 100, 1))


@register.filter
def apart(value: float, scale: str) -> str:
    """How far from others, whichever way; "" when it is next to nothing."""
    return "" if abs(value) < NEXT_TO_NOTHING else few(abs(value), scale)


@register.filter
def letter_flag(kind: str) -> str:
    """What is wrong with a letter that one received."""
    return _(wording.LETTER_FLAGS[kind])
