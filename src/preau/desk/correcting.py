"""A unit corrected from the edition that shows it: a new version of the course, shown at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.content import correcting, importing, printing
from preau.content.models import Printing, UnitText
from preau.courses import freezing
from preau.courses.models import Edition
from preau.quizzes import gift


def prepared(text: UnitText, typed: str) -> importing.Ready:
    """The version that a correction would make. Raises `BadCourse` with what is wrong, by line."""
    return correcting.prepare(text, typed, is_question=gift.is_question_fence)


def correct(
    *,
    act: acts.Act,
    edition: Edition,
    text: UnitText,
    ready: importing.Ready,
    by: Person,
    now: datetime,
    force: str = "",
) -> acts.Outcome:
    """Store what was prepared from `text` and show it. Raises `Frozen` near a deadline, unless `force` says why it
    cannot wait. Refuses when the edition shows another version than the one that
    `text` is of, for then somebody corrected it meanwhile; and what the edition's dates do not fit."""

    what = {"unit": text.unit.key, "language": text.language}
    shown = Shown(edition, text.version_id, ready, "unit.corrected", what)
    return acts.once(act, by.pk, lambda: show(shown, by=by, now=now, force=force))


@dataclass(frozen=True)
class Shown:
    """A prepared version to show in an edition instead of the one that it was made from; `verb` and `said` are what the
    journal says."""

    edition: Edition
    made_from: UUID
    ready: importing.Ready
    verb: str
    said: Mapping[str, str]


def show(shown: Shown, *, by: Person, now: datetime, force: str) -> acts.Outcome:
    """The work of an act: store the version and print it. Raises `Frozen`, `Refused`."""
    edition = shown.edition
    Edition.objects.select_for_update().get(pk=edition.pk)
    if not Printing.objects.filter(edition=edition, current=True, version=shown.made_from).exists():
        raise Refused(
            _("Somebody changed the course meanwhile. Nothing was saved: your text is kept below, beside theirs.")
        )
    freezing.pass_or_refuse(edition.course, what=shown.verb, force=force, by=by.pk, now=now)
    version = importing.store(shown.ready, by=by.pk, now=now).version
    assert version is not None
    try:
        changed = printing.print_version(edition, version, by=by.pk, now=now)
    except printing.BadDates as error:
        said = _("The dates of this version do not fit the edition. Nothing was changed.")
        raise Refused(" ".join([said, *error.reasons])) from error
    what = {**shown.said, "version": version.number}
    journal.log(shown.verb, by=by.pk, about="edition", about_id=edition.pk, at=now, **what)
    return {"version": version.number, "pages": changed}
