"""The cast of the tests, and what it takes to put them on stage: Ana learns, Ben learns elsewhere, Tom teaches, Dora
runs the site."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.test import Client

from preau.accounts.models import Person
from preau.audit.acts import Act
from preau.common.ids import new_id
from preau.content import access, printing, shelf
from preau.content.kinds import Place
from preau.content.models import Version
from preau.courses import actions as courses
from preau.courses import enrolling
from preau.courses.models import Course, Edition, Enrolment, Role
from preau.interop.importing import import_path
from tests.stamps import Stamps

THIN = Path(__file__).parent / "samples" / "thin"
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # 8:00 in Paris: the edition opens
STAMPS = Stamps()
PASSWORD = "un mot de passe de test"


def monday(now: datetime, weeks: int = 0) -> datetime:
    """8:00 in Paris on the Monday of this week, or of another: a running edition's opening. Before eight on a Monday
    the one of this week has not come, and it is the Monday before: what runs has opened."""
    local = now.astimezone(ZoneInfo("Europe/Paris"))
    start = (local - timedelta(days=local.weekday())).replace(hour=8, minute=0, second=0, microsecond=0)
    passed = 1 if weeks == 0 and start > local else 0
    return (start + timedelta(weeks=weeks - passed)).astimezone(UTC)


def midnight(now: datetime) -> datetime:
    """0:00 in Paris on the Monday of this week: what opens then has opened, and its first week is never over."""
    local = now.astimezone(ZoneInfo("Europe/Paris"))
    start = local - timedelta(days=local.weekday())
    return start.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def version(path: Path = THIN, *, slug: str | None = None, now: datetime = MONDAY) -> Version:
    """A version of a course: the thin one, unless another folder is given."""
    report = import_path(path, slug=slug, by=None, now=now)
    assert report.version is not None
    return report.version


def edition(*, slug: str = "thin-1", opens: datetime = MONDAY, of: Version | None = None, **fields: Any) -> Edition:
    """A published edition that opens at `opens`, prints the thin course and closes eight weeks later."""
    others = of.course.editions.count() if of else 0  # its number follows theirs
    asked = (slug, opens, of.pk if of else None, others, tuple(sorted(fields.items())))
    there = Edition.objects.filter(slug=slug) if of else Course.objects.all()
    pk = STAMPS.get(asked, lambda: _edition(slug, opens, of, fields), lambda: there.exists())
    transaction.on_commit(shelf.refresh, robust=True)  # as a printing does
    return Edition.objects.select_related("course").get(pk=pk)


def _edition(slug: str, opens: datetime, of: Version | None, fields: Mapping[str, Any]) -> UUID:
    printed = of or version(now=opens)
    values: dict[str, Any] = {
        "enrols_at": opens - timedelta(days=30),
        "opens_at": opens,
        "enrolment_closes_at": opens + timedelta(days=20),
        "closes_at": opens + timedelta(days=56),
        **fields,
    }
    row = courses.create_edition(course=printed.course, by=None, now=opens - timedelta(days=40), slug=slug, **values)
    printing.print_version(row, printed, by=None, now=opens - timedelta(days=35))
    courses.publish(row, by=None, now=opens - timedelta(days=35))
    return row.pk


def person(name: str, **fields: Any) -> Person:
    """Somebody with an account, `<name>@example.org`."""
    return Person.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name, **fields)


def enrolment(who: Person, where: Edition, *, track: str = "classic", at: datetime | None = None) -> Enrolment:
    """Enrol through the real action."""
    now = at or where.opens_at
    act = an_act("enrol", {"edition": where.slug, "track": track}, now)
    outcome = enrolling.enrol(act=act, by=who, edition=where, track=track, now=now)
    return Enrolment.objects.select_related("person", "edition__course", "track").get(pk=outcome["enrolment"])


def role(who: Person, kind: str, *, edition: Edition | None = None, course: Course | None = None) -> Role:
    """Give a right."""
    return courses.give_role(person=who, kind=kind, by=None, now=MONDAY, course=course, edition=edition)


def an_act(kind: str, payload: Mapping[str, Any] | None = None, now: datetime = MONDAY) -> Act:
    """A fresh act."""
    return Act(new_id(), kind, payload or {}, received_at=now)


def place(who: Person, where: Edition, unit: str, now: datetime, language: str = "fr") -> Place:
    """Where a learner stands in a unit, through the real door."""
    return access.place(who, where.slug, language, unit, now=now)[0]


def browser(who: Person | None = None) -> Client:
    """A test client that speaks as a browser on our own site, signed in as `who`."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    if who is not None:
        client.force_login(who)
    return client


def script(who: Person | None = None) -> Client:
    """The same as htmx speaks."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"})
    if who is not None:
        client.force_login(who)
    return client


def form(act: UUID | None = None, **fields: str | Sequence[str]) -> dict[str, Any]:
    """The fields of an act's form."""
    return {"act": str(act or new_id()), **fields}


def analysed() -> None:
    """Counts the rows of every table, as the database does by itself in time: what many new ones are read by is planned
    on that."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
