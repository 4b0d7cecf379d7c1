"""What stays once an edition is over, and for whom: said on its home, on the page of its course and at its desk.

Each line is true: `tests/courses/test_staying.py` opens what it names, as each of those it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from preau.courses.models import Edition


@dataclass(frozen=True)
class Stay:
    """One thing in words of the language in force: `key` names it, `whom` it stays for."""

    key: str
    what: str
    whom: str


def after(edition: Edition) -> Sequence[Stay]:
    """What stays of this edition from the moment that it closes."""
    public = edition.visibility == Edition.Visibility.PUBLIC
    took_part, team = _("Those who took it"), _("Those who took it, and its team")
    return (
        Stay("lessons", _("Lessons, videos and their subtitles can be read"), _("Everybody") if public else team),
        Stay("results", _("Results, receipts, copies with what was written about them, questions answered"), took_part),
        Stay("answers", _("Quizzes, exams and assignments take nothing more, but for an extension given"), _("Nobody")),
        Stay("threads", _("The threads of the session can be read and added to"), team),
        Stay("commons", _("The community of the course goes on"), _("Whoever ever took part in the course")),
        Stay("notes", _("Notes beside the videos can be read and written"), took_part),
        Stay("certificates", _("Certificates can be fetched"), _("Their holders")),
        Stay("verify", _("Certificates can be checked by their code"), _("Everybody")),
        Stay(
            "left",
            _("Community, certificates, and all of one’s data from “My account”; not results, receipts and threads"),
            _("Who left the session before its end"),
        ),
    )
