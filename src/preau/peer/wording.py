"""Grades as people read them, on the scale that the teacher chose and in their language."""

from collections.abc import Mapping
from decimal import Decimal
from math import ceil, floor

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.grades import rules
from preau.peer import terms

CAUSES: Mapping[str, str] = {
    "published": gettext_noop("Result told"),
    "done": gettext_noop("Result told, once the assessments that you owed were written"),
    "staff": gettext_noop("Changed by the team"),
    "appeal": gettext_noop("Changed after your appeal"),
    "case": gettext_noop("Changed after a procedure"),
}
LETTER_FLAGS: Mapping[str, str] = {
    "abuse": gettext_noop("It insults or threatens me"),
    "identity": gettext_noop("It says who I am, or who wrote it"),
    "empty": gettext_noop("It says nothing of my copy"),
}
DECISIONS: Mapping[str, str] = {
    "dismissed": gettext_noop("Nothing is held against you, and your copy counts as any other."),
    "changed": gettext_noop("The grade of your copy changes."),
    "cancelled": gettext_noop("Your copy counts for nothing."),
}


# Where the teacher tells levels: the least percent of each, and its name.
LEVELS: tuple[tuple[float, str], ...] = (
    (85, gettext_noop("Remarkable")),
    (70, gettext_noop("Solid")),
    (50, gettext_noop("Acquired")),
    (0, gettext_noop("To be worked on again")),
)


def out_of(scale: str) -> int:
    """What a grade is told out of."""
    return 100 if scale == "100" else 20


def grade(score: float, scale: terms.Scale) -> str:
    """A grade of 0 to 100: « 13,4 / 20 »; with its level, where the teacher tells levels: « Acquis (13,4 / 20) »."""
    number, of = terms.shown(score, scale).split(" / ")
    shown = f"{formats.localize(Decimal(number), use_l10n=True)} / {of}"
    return f"{level(score)} ({shown})" if scale == "levels" else shown


def level(score: float) -> str:
    """The level of a grade, in words."""
    return _(next(name for least, name in LEVELS if rules.reaches(score, least)))


def figure(score: float, scale: str, decimals: int = 2) -> str:
    """The same as a bare number, for a reckoning that a reader follows: « 13,42 »."""
    value = score * out_of(scale) / 100
    return formats.number_format(Decimal(f"{value:.{decimals}f}"), decimals, use_l10n=True)


def between(low: float, high: float, scale: str) -> str:
    """An interval in words, rounded outwards: to half a point of 20, to a point of 100."""
    of, step = out_of(scale), 1.0 if scale == "100" else 0.5
    ends = (floor(low * of / 100 / step + 1e-9) * step, ceil(high * of / 100 / step - 1e-9) * step)
    said = [formats.localize(Decimal(f"{end:g}"), use_l10n=True) for end in ends]
    return _("between {low} and {high} out of {of}").format(low=said[0], high=said[1], of=of)
