"""Rules and journal lines in the words of people."""

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from preau.content.outline import Outline
from preau.grades.tracks import Need

VERBS: Mapping[str, str] = {
    "enrolled": gettext_noop("Enrolled"),
    "left": gettext_noop("Left the edition"),
    "track.changed": gettext_noop("Changed track"),
    "extended": gettext_noop("Given an extension"),
    "graded": gettext_noop("Graded"),
    "awarded": gettext_noop("Certificate awarded"),
    "revoked": gettext_noop("Certificate revoked"),
    "edition.created": gettext_noop("Edition made"),
    "edition.printed": gettext_noop("Version printed"),
    "edition.published": gettext_noop("Edition published"),
    "date.moved": gettext_noop("Date moved"),
}
STATES: Mapping[str, str] = {
    "met": gettext_noop("Met"),
    "possible": gettext_noop("Still open"),
    "impossible": gettext_noop("Out of reach"),
    "missed": gettext_noop("Not reached"),
}
KINDS: Mapping[str, str] = {
    "quiz": gettext_noop("Quiz"),
    "exam": gettext_noop("Exam"),
    "assignment": gettext_noop("Assignment"),
    "lesson": gettext_noop("Lesson"),
}
MEANS: Mapping[str, str] = {
    "quiz": gettext_noop("Mean of the quizzes"),
    "exam": gettext_noop("Mean of the exams"),
    "assignment": gettext_noop("Mean of the assignments"),
}
MOMENTS: Mapping[str, str] = {
    "opens": gettext_noop("Opens"),
    "due": gettext_noop("Is due"),
    "closes": gettext_noop("Closes"),
}
ROLES: Mapping[str, str] = {
    "administrator": gettext_noop("Administrator"),
    "registrar": gettext_noop("Registrar"),
    "teacher": gettext_noop("Teacher"),
    "supervisor": gettext_noop("Supervisor"),
    "coach": gettext_noop("Coach"),
    "moderator": gettext_noop("Moderator"),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The word of a table in the language of the page, else the key itself."""
    return _(words[key]) if key in words else key


def need(asked: Need, outline: Outline) -> str:
    """One condition of a track as a person would say it."""
    number = formats.number_format(asked.threshold, decimal_pos=0 if asked.threshold == round(asked.threshold) else 1)
    if asked.verb == "reviews":
        return _("Every review written")
    if asked.verb == "passed":
        what = {
            "elective": _("Elective modules passed: {number}"),
            "core": _("Core modules passed: {number}"),
        }
        return what.get(asked.what, _("Modules passed: {number}")).format(number=number)
    unit = outline.by_key.get(asked.what)
    if asked.verb == "mean":
        name = said(MEANS, asked.what)
    else:
        name = f"“{unit.title}”" if unit else said(KINDS, asked.what)
    scope = {"core": pgettext("of a mean", "core"), "elective": pgettext("of a mean", "electives")}.get(asked.of, "")
    name = f"{name} ({scope})" if scope else name
    return _("{name}: {number}% or more").format(name=name, number=number)


def stored_need(text: str, outline: Outline, needs: Mapping[str, Need]) -> str:
    """The same for a need kept as text among a standing's numbers."""
    return need(needs[text], outline) if text in needs else text


def details(entry: Any) -> str:
    """What a journal line adds, as key and value."""
    return " · ".join(f"{key}: {value}" for key, value in sorted(entry.details.items()))
