"""A jury and the people before it: an edition that is over, with learners who pass, fail, are at the border, never came
to the exam."""

from datetime import date, datetime, timedelta
from pathlib import Path

from preau.accounts.models import Person
from preau.certificates import deciding, deliberating, filing, freezing
from preau.certificates.models import Candidate, Deliberation
from preau.content.models import Version
from preau.courses.models import Edition, Enrolment
from tests import cast
from tests.certificates import stage

OVER = cast.MONDAY + timedelta(days=70)
SHEET = deliberating.Sheet("Tronc commun", "Jeanne Martin", ("Luc Petit", "Amina Exemple"), date(2026, 5, 12))
SIGNED = b"%PDF-1.7\n% what the president signed\n%%EOF\n"
RECOURSE = "Recours gracieux auprès de la présidence du jury, dans les deux mois."
COURSE = stage.COURSE.replace(
    "quality_assurance: Les tests}",
    f"quality_assurance: Les tests, jury: true, recourse: {{fr: '{RECOURSE}', en: 'Write to the president.'}}}}",
)


def edition(folder: Path) -> Edition:
    """One of a course whose certificates a jury decides of."""
    return cast.edition(slug="echelle-1", of=stage.version(folder, course=COURSE))


def limited(folder: Path, *, now: datetime) -> Version:
    """A version of the same course, whose exam takes half an hour at most."""
    return stage.version(folder, course=COURSE, now=now, limit=30)


def learner(
    of: Edition, name: str, track: str = "classic", *, quiz: float | None, exam: float | None = None
) -> Enrolment:
    """Somebody with these results, in percent."""
    row = cast.enrolment(cast.person(name), of, track=track)
    for unit, score in (("quiz", quiz), ("examen", exam)):
        if score is not None:
            stage.scored(row, score, unit)
    return row


def prepared(of: Edition, by: Person, *tracks: str, module: str = "", now: datetime = OVER) -> Deliberation:
    """A deliberation about tracks, or a module."""
    outcome = deliberating.prepare(
        act=cast.an_act("jury.prepare"), edition=of, sheet=SHEET, tracks=tracks, module=module, by=by, now=now
    )
    return Deliberation.objects.get(pk=outcome["deliberation"])


def frozen(row: Deliberation, by: Person, now: datetime = OVER) -> Deliberation:
    """Its list made."""
    deliberating.ask_freeze(act=cast.an_act("jury.freeze"), deliberation=row, by=by, now=now)
    freezing.freeze(row.pk, now=now)
    row.refresh_from_db()
    return row


def decided(
    one: Candidate, verdict: str, reason: str = "", *, by: Person, now: datetime = OVER, track: str = ""
) -> None:
    """A decision about one candidate."""
    on = one.deliberation.edition.tracks.get(key=track) if track else None
    word = deciding.Word(verdict, reason, on)  # type: ignore[arg-type]
    row = one.deliberation
    deciding.decide(act=cast.an_act("d"), deliberation=row, candidates=[one.pk], word=word, by=by, now=now)


def filed(row: Deliberation, by: Person, now: datetime = OVER) -> Deliberation:
    """Decided by the rule where nothing was decided, cases too; closed, printed, signed, filed."""
    if row.candidates.filter(apart=False, decisions=None).exists():
        deciding.follow(act=cast.an_act("f"), deliberation=row, by=by, now=now)
    for one in row.candidates.filter(decisions=None):
        decided(one, one.proposal, "Le jury suit la règle.", by=by, now=now)
    deliberating.close(act=cast.an_act("c"), deliberation=row, by=by, now=now)
    filing.print_minutes(row.pk)
    row.refresh_from_db()
    file(row, by, now=now)
    row.refresh_from_db()
    return row


def file(row: Deliberation, by: Person, signed: bytes = SIGNED, now: datetime = OVER) -> None:
    """What came back signed of the minutes as they are printed now."""
    printed = row.minutes_digest
    deliberating.file(act=cast.an_act("s"), deliberation=row, signed=signed, printed=printed, by=by, now=now)


def of(row: Deliberation, who: Enrolment) -> Candidate:
    """Somebody before a jury."""
    return row.candidates.select_related("deliberation__edition", "track").get(enrolment=who)


def taken_up(
    row: Deliberation, who: Enrolment, by: Person, verdict: str, *, now: datetime, track: str = ""
) -> Deliberation:
    """The decision about somebody taken up again by another jury, up to the filing."""
    outcome = deliberating.prepare(
        act=cast.an_act("a"), edition=row.edition, sheet=SHEET, rectifies=row, by=by, now=now
    )
    second = Deliberation.objects.get(pk=outcome["deliberation"])
    deliberating.bring(
        act=cast.an_act("b"), deliberation=second, enrolment=who, track=who.track.key, why="Recours.", by=by, now=now
    )
    frozen(second, by, now=now)
    decided(of(second, who), verdict, "Le recours est fondé.", by=by, now=now, track=track)
    return filed(second, by, now=now)
