"""What the desk calls the parts of an assignment that peers assess."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from preau.desk.words import said
from preau.peer.revising import Change
from preau.peer.terms import Terms

PHASES: Mapping[str, str] = {
    "soon": gettext_noop("Not open yet"),
    "writing": gettext_noop("Copies come in"),
    "reviewing": gettext_noop("Peers assess"),
    "grading": gettext_noop("The team checks"),
    "results": gettext_noop("Results are told, appeals are open"),
    "over": gettext_noop("Over"),
}
PLACES: Mapping[str, str] = {
    "not_begun": gettext_noop("Not begun"),
    "draft": gettext_noop("A draft"),
    "handed_in": gettext_noop("Copy handed in, nothing assessed yet"),
    "assessing": gettext_noop("Assessing"),
    "done": gettext_noop("Done assessing"),
    "cancelled": gettext_noop("Copy taken out"),
    "self_assessed": gettext_noop("Assessed their own copy"),
    "unreviewed": gettext_noop("Copy without an assessment"),
    "graded": gettext_noop("Copy with a grade"),
    "appealed": gettext_noop("Appealed"),
}
GROUPS: Mapping[str, str] = {
    "volunteers": gettext_noop("Volunteers"),
    "coaches": gettext_noop("Coaches"),
    "staff": gettext_noop("Staff"),
}
WHYS: Mapping[str, str] = {
    "threshold": gettext_noop("its interval holds the pass mark"),
    "promised": gettext_noop("its guaranteed assessments did not come"),
    "random": gettext_noop("drawn at random"),
    "uncertain": gettext_noop("among the most uncertain"),
}
FLAGS: Mapping[str, str] = {
    "abuse": gettext_noop("Insulting, or dangerous"),
    "plagiarism": gettext_noop("Copied"),
    "identity": gettext_noop("Says who its author is"),
    "empty": gettext_noop("Nothing to assess"),
}
KINDS: Mapping[str, str] = {
    "peer": gettext_noop("a learner"),
    "self": gettext_noop("their own"),
    "helper": gettext_noop("a helper"),
    "staff": gettext_noop("the team"),
}
METHODS: Mapping[str, str] = {
    "model": gettext_noop("by the model"),
    "median": gettext_noop("the median, since copies are few"),
    "staff": gettext_noop("the grade of the team"),
}
CAUSES: Mapping[str, str] = {
    "published": gettext_noop("Published"),
    "done": gettext_noop("The assessments owed were written"),
    "staff": gettext_noop("Changed by the team"),
    "appeal": gettext_noop("After an appeal"),
    "case": gettext_noop("After a procedure"),
}
DECISIONS: Mapping[str, str] = {
    "": gettext_noop("Open"),
    "dismissed": gettext_noop("Nothing is held against the author"),
    "changed": gettext_noop("Another grade"),
    "cancelled": gettext_noop("The copy counts for nothing"),
}
TERMS: Mapping[str, str] = {
    "reviews": gettext_noop("Copies that each learner assesses"),
    "guaranteed": gettext_noop("Assessments promised to whoever assesses their share"),
    "owed": gettext_noop("Those who do not assess"),
    "ai": gettext_noop("Generative AI"),
    "words": gettext_noop("Words at most"),
    "scale": gettext_noop("Scale of the grades"),
    "staff_grades": gettext_noop("Copies that the team grades too"),
    "grace_day": gettext_noop("Volunteers, then staff, let in automatically when reviews are due"),
    "appeals": gettext_noop("Time to appeal"),
}
HELP: Mapping[str, str] = {
    "allowed": gettext_noop("allowed"),
    "declared": gettext_noop("allowed, and declared"),
    "forbidden": gettext_noop("forbidden"),
}
SCALES: Mapping[str, str] = {
    "20": gettext_noop("out of 20"),
    "100": gettext_noop("out of 100"),
    "levels": gettext_noop("in levels"),
}
CHANGES: Mapping[str, str] = {
    "added": gettext_noop("“{title}” is added"),
    "removed": gettext_noop("“{title}” is removed"),
    "levels": gettext_noop("“{title}” has other levels"),
    "points": gettext_noop("“{title}” has other points"),
    "comment": gettext_noop("“{title}” asks for a comment, or no longer does"),
    "order": gettext_noop("the criteria come in another order"),
}


def term(key: str, value: Any) -> str:
    """The value of a term in words."""
    if key == "owed":
        if value is None:
            return _("their grade waits until they do")
        return ngettext("{n} point of 100 less for each", "{n} points of 100 less for each", round(value)).format(
            n=f"{value:g}"
        )
    if key in {"ai", "scale"}:
        return said(HELP if key == "ai" else SCALES, value)
    if key == "appeals":
        return duration(value)
    if key == "grace_day":
        return _("yes, where promised assessments are missing") if value else _("no")
    return _("no limit") if value is None else str(value)


def duration(length: timedelta) -> str:
    """A length of time, in days when it is whole days."""
    hours = round(length.total_seconds() / 3600)
    if hours % 24 == 0:
        return ngettext("{n} day", "{n} days", hours // 24).format(n=hours // 24)
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)


def listed(terms: Terms) -> list[tuple[str, str]]:
    """The terms that the desk can adjust: (what, value)."""
    return [(_(name), term(key, getattr(terms, key))) for key, name in TERMS.items()]


def change(one: Change) -> str:
    """A change of scoring."""
    return _(CHANGES[one.kind]).format(title=one.title)
