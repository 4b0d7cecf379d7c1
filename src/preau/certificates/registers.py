"""The register of an edition: a line for each award, in the columns, the order and the words that a school defines for
its course. Read in batches, whatever their number; what went out is marked once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import claiming, correcting
from preau.certificates.models import Award, CreditClaim, RegisterLayout
from preau.common.text import one_line
from preau.courses.models import Course, Edition

BATCH = 500  # awards read at once
LONGEST_HEADING = 80
NEED = "need:"  # what a column's key begins with that shows a figure of the track's rule
ACCEPTED = CreditClaim.State.ACCEPTED
IN_FORCE = Q(revoked_at=None, suspended_at=None)
FRESH = Q(award__revoked_at=None, award__suspended_at=None, exported_at=None) | Q(
    award__revoked_at__gt=F("exported_at")
)
"""Of accepted claims: what the school has to be given. Those in force that never were, and those that were and whose
certificate ended since: their line goes out again and says so, with no credits."""

type Cell = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Line:
    """An award with the claim of its credits that stands; texts are in `language`, `needs` the words of the needs of
    the tracks' rules."""

    award: Award
    claim: CreditClaim | None
    language: str
    needs: Mapping[str, str]

    def day(self, at: datetime | None) -> date | None:
        """The day of a moment, in the edition's zone."""
        return None if at is None else at.astimezone(self.award.enrolment.edition.zone_info).date()


@dataclass(frozen=True)
class Column:
    """One of the catalogue: `title` is an English msgid, unless it was written elsewhere (`given`)."""

    key: str
    title: str
    value: Callable[[Line], Cell]
    given: bool = False

    @property
    def heading(self) -> str:
        """What it is called in the language that is active."""
        return self.title if self.given else _(self.title)


@dataclass(frozen=True)
class Chosen:
    """A column of a layout; `heading` is the school's word for it, or empty."""

    column: Column
    heading: str = ""

    @property
    def said(self) -> str:
        """What stands above it."""
        return self.heading or self.column.heading


def state(award: Award) -> str:
    """in_force, suspended, replaced or revoked."""
    if award.revoked_at:
        return "replaced" if award.replaced_by_id else "revoked"
    return "suspended" if award.suspended_at else "in_force"


STATES = {
    "in_force": gettext_noop("in force"),
    "suspended": gettext_noop("suspended"),
    "replaced": gettext_noop("replaced"),
    "revoked": gettext_noop("revoked"),
}
CLAIMS = {
    "": gettext_noop("not applied for"),
    "asked": gettext_noop("applied for"),
    "accepted": gettext_noop("accepted"),
    "refused": gettext_noop("refused"),
}


def _of_claim(name: str) -> Callable[[Line], Cell]:
    return lambda line: getattr(line.claim, name) if line.claim else None


def _claim_day(name: str) -> Callable[[Line], Cell]:
    return lambda line: line.day(getattr(line.claim, name)) if line.claim else None


def _jury(line: Line, name: str) -> Cell:
    decision = line.award.decision
    return getattr(decision.candidate.deliberation, name) if decision else None


def _institution(line: Line) -> Cell:
    at = line.award.enrolment.edition.institution
    return at.name if at else None


def _figures(line: Line) -> Cell:
    needs = line.needs
    found = [f"{needs.get(one['need'], one['need'])}: {_plain(one.get('now'))}" for one in line.award.numbers]
    return " · ".join(found)


def _brought(line: Line) -> Cell:
    """Nothing once it ended: the line that goes out then takes the place of the former one of the same code."""
    return Decimal(0) if line.award.revoked_at else line.award.brings


def _claimed(line: Line) -> Cell:
    where = line.claim.state if line.claim else ""
    return _(CLAIMS[where])


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


CATALOGUE: tuple[Column, ...] = (
    Column("code", gettext_noop("Code"), lambda line: line.award.code),
    Column("name", gettext_noop("Name on the certificate"), lambda line: correcting.name_on(line.award)),
    Column("email", gettext_noop("E-mail"), lambda line: line.award.enrolment.person.email),
    Column("birth_name", gettext_noop("Birth name"), _of_claim("birth_name")),
    Column("given_names", gettext_noop("Given names"), _of_claim("given_names")),
    Column("born_on", gettext_noop("Date of birth"), _of_claim("born_on")),
    Column("birth_place", gettext_noop("Town of birth"), _of_claim("birth_place")),
    Column("birth_country", gettext_noop("Country of birth"), _of_claim("birth_country")),
    Column("student_number", gettext_noop("Student number"), _of_claim("student_number")),
    Column("country", gettext_noop("Country"), lambda line: line.award.enrolment.person.country),
    Column("course", gettext_noop("Course"), lambda line: line.award.enrolment.edition.course.title(line.language)),
    Column("edition", gettext_noop("Edition"), lambda line: line.award.enrolment.edition.number),
    Column("institution", gettext_noop("Institution"), _institution),
    Column("track", gettext_noop("Track"), lambda line: line.award.title(line.language) if line.award.track else None),
    Column(
        "module", gettext_noop("Module"), lambda line: None if line.award.track else line.award.title(line.language)
    ),
    Column("credits", gettext_noop("Credits that it brings"), _brought),
    Column("worth", gettext_noop("Credits that it attests"), lambda line: line.award.worth),
    Column("awarded_on", gettext_noop("Date of decision"), lambda line: line.day(line.award.awarded_at)),
    Column("jury", gettext_noop("Jury"), lambda line: _jury(line, "title")),
    Column("jury_number", gettext_noop("Number of the deliberation"), lambda line: _jury(line, "number")),
    Column("figures", gettext_noop("All figures"), _figures),
    Column("language", gettext_noop("Language"), lambda line: line.award.enrolment.person.language),
    Column("state", gettext_noop("State of the certificate"), lambda line: _(STATES[state(line.award)])),
    Column("ended_on", gettext_noop("End of the certificate"), lambda line: line.day(line.award.revoked_at)),
    Column("replaced_by", gettext_noop("Replaced by"), lambda line: _code(line.award.replaced_by)),
    Column("claim", gettext_noop("State of the credits"), _claimed),
    Column("asked_on", gettext_noop("Credits applied for on"), _claim_day("asked_at")),
    Column("decided_on", gettext_noop("Credits decided on"), _claim_day("decided_at")),
    Column("exported_on", gettext_noop("Exported on"), _claim_day("exported_at")),
    Column("address", gettext_noop("Address to verify"), lambda line: f"{settings.SITE_URL}/verify/{line.award.code}"),
)
USUAL = ("student_number", "birth_name", "given_names", "born_on", "birth_place", "birth_country", "name", "track",
         "credits", "awarded_on", "code", "state")  # fmt: skip


def _code(award: Award | None) -> Cell:
    return award.code if award else None


def catalogue(needs: Mapping[str, str]) -> list[Column]:
    """Every column that there is: the fixed ones, and one for each of these needs of the tracks' rules, in words."""
    return [*CATALOGUE, *(Column(NEED + need, said, _figure(need), given=True) for need, said in needs.items())]


def _figure(need: str) -> Callable[[Line], Cell]:
    return lambda line: next((one.get("now") for one in line.award.numbers if one["need"] == need), None)


def layout(course: Course, known: Sequence[Column]) -> list[Chosen]:
    """The columns of a course's register, those of them that are still known; the usual ones where none were kept."""
    by_key = {column.key: column for column in known}
    row = RegisterLayout.objects.filter(course=course).first()
    kept = row.columns if row else [{"key": key, "heading": ""} for key in USUAL]
    return [Chosen(by_key[one["key"]], one["heading"]) for one in kept if one["key"] in by_key]


def keep_layout(*, act: acts.Act, course: Course, columns: Sequence[Chosen], by: Person, now: datetime) -> acts.Outcome:
    """Keep the columns of a course's register, in this order. Refuses none, and the same one twice."""

    def work() -> acts.Outcome:
        keys = [one.column.key for one in columns]
        if not keys:
            raise Refused(_("Tick one column at least. Nothing was changed."))
        if len(set(keys)) != len(keys):
            raise Refused(_("A column is there twice. Nothing was changed."))
        said = [{"key": one.column.key, "heading": one_line(one.heading)[:LONGEST_HEADING]} for one in columns]
        changed = {"columns": said, "changed_by": by, "changed_at": now}
        RegisterLayout.objects.update_or_create(course=course, defaults=changed)
        journal.log("register.layout", by=by.pk, about="course", about_id=course.pk, at=now, columns=keys)
        return {"columns": keys}

    return acts.once(act, by.pk, work)


def awards(edition: Edition, which: str, batch: datetime | None = None) -> QuerySet[Award]:
    """The awards of an edition: `all`; those whose credits were `accepted`; the `fresh` ones of these (see `FRESH`); or
    those that were exported at the moment of a `batch`."""
    rows = Award.objects.filter(enrolment__edition=edition)
    mine = CreditClaim.objects.filter(award=OuterRef("pk"), state=ACCEPTED)
    if batch is not None:
        rows = rows.filter(Exists(mine.filter(exported_at=batch)))
    elif which == "accepted":
        rows = rows.filter(Exists(mine))
    elif which == "fresh":
        rows = rows.filter(Exists(mine.filter(FRESH)))
    return rows.order_by("enrolment__person__name", "awarded_at", "pk")


def lines(
    rows: QuerySet[Award], language: str, needs: Mapping[str, str], *, limit: int | None = None, documents: bool = False
) -> Iterator[Line]:
    """The lines of these awards, two queries for each batch; with their signed `documents` if need be."""
    ids = list(rows.values_list("pk", flat=True)[:limit])
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        read = {award.pk: award for award in _read(chunk, documents=documents)}
        yield from (Line(read[pk], claiming.latest(read[pk]), language, needs) for pk in chunk if pk in read)


def _read(ids: Sequence[UUID], *, documents: bool) -> QuerySet[Award]:
    joined = ("enrolment__person", "enrolment__edition__course", "enrolment__edition__institution", "track")
    rows = Award.objects.filter(pk__in=ids).select_related(
        *joined, "credential", "replaced_by", "decision__candidate__deliberation"
    )
    hidden = () if documents else ("credential__document",)
    return rows.defer("credential__text", *hidden).prefetch_related("claims")


def mark(*, act: acts.Act, edition: Edition, by: Person, now: datetime) -> acts.Outcome:
    """Mark as exported what is fresh: {"lines", "at"}; the file of that moment can be fetched as often as one likes.
    Refuses when nothing is."""

    def work() -> acts.Outcome:
        waiting = CreditClaim.objects.filter(FRESH, state=ACCEPTED, award__enrolment__edition=edition)
        held = list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        if not held:
            raise Refused(_("There is nothing to export: no credits were accepted since the last time."))
        for start in range(0, len(held), BATCH):
            CreditClaim.objects.filter(pk__in=held[start : start + BATCH]).update(exported_at=now)
        journal.log("register.exported", by=by.pk, about="edition", about_id=edition.pk, at=now, lines=len(held))
        return {"lines": len(held), "at": now.isoformat()}

    return acts.once(act, by.pk, work)


def batches(edition: Edition, most: int = 10) -> list[tuple[datetime, int]]:
    """When lines were exported, the last time first, and how many."""
    rows = CreditClaim.objects.filter(award__enrolment__edition=edition, exported_at__isnull=False)
    counted = rows.values("exported_at").annotate(n=Count("pk")).order_by("-exported_at")
    return [(at, n) for at, n in counted.values_list("exported_at", "n")[:most] if at is not None]


def counts(edition: Edition) -> dict[str, int]:
    """How many awards there are: `all`, `accepted`, `fresh`."""
    return {which: awards(edition, which).count() for which in ("all", "accepted", "fresh")}
