"""The desk's lists at the size of the largest edition: as many queries for 30 rows as for 30,000, a page of them at a
time, and no script needed."""

from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Volunteer
from preau.support.models import Request
from tests import cast

SIZES = (30, 3_000, 30_000)
PAGES = {
    "learners/": "{n} personnes",
    "learners/?sort=-enrolled&page=2": "{n} personnes",
    "learners/?state=never&country=SN": "{n} personnes",
    "requests/": "{n} demandes",
    "requests/?state=all&language=fr&page=2": "{n} demandes",
    "volunteers/": "Propositions : {n}",
}
NUMBERS = "WITH RECURSIVE source(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM source WHERE n < {last}) "


def first(edition: Edition) -> list[models.Model]:
    """One learner with a request and an offer to help."""
    now = timezone.now()
    ana = cast.enrolment(cast.person("Ana", country="SN", language="fr"), edition)
    said = {"edition": edition, "address": ana.person.email, "language": "fr", "asked_at": now, "touched_at": now}
    asked = Request.objects.create(enrolment=ana, person=ana.person, subject="Question", **said)
    offer = Volunteer.objects.create(edition=edition, person=ana.person, languages=["fr"], applied_at=now)
    return [ana.person, ana, asked, offer]


def grow(rows: list[models.Model], had: int, wanted: int) -> None:
    """From `had` such learners to `wanted`: the database copies the first, in a statement for each table."""
    numbers = NUMBERS.format(first=had, last=wanted - 1)
    person, *others = rows
    copy(person, numbers, "source", {"email": "'p' || source.n || '@example.org'", "name": "'P' || source.n"})
    for row in others:
        fresh = f"NOT EXISTS (SELECT 1 FROM {row._meta.db_table} same WHERE same.person_id = source.id)"
        people = f"(SELECT id FROM {Person._meta.db_table} WHERE name LIKE 'P%%') source"
        copy(row, "", people, {"person_id": "source.id"}, fresh)
    cast.analysed()


def copy(row: models.Model, before: str, source: str, other: dict[str, str], only: str = "1 = 1") -> None:
    new = {"id": "randomblob(16)" if connection.vendor == "sqlite" else "gen_random_uuid()", **other}
    table, columns = row._meta.db_table, [field.column or "" for field in row._meta.concrete_fields]
    values = ", ".join(new.get(name, f"first.{name}") for name in columns)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) {before}SELECT {values} FROM {source}, {table} first"
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE first.id = %s AND {only}", [key])


def test_the_lists_cost_as_much_for_thirty_as_for_thirty_thousand(tom: Person, edition: Edition) -> None:
    client, rows = cast.browser(tom), first(edition)
    counts: dict[str, list[int]] = {path: [] for path in PAGES}
    for path in PAGES:
        assert client.get(f"/desk/thin-1/{path}").status_code == 200  # what is the same for everybody is warm
    had = 1
    for size in SIZES:
        grow(rows, had, had := size)
        for path, said in PAGES.items():
            with CaptureQueriesContext(connection) as found:
                page = client.get(f"/desk/thin-1/{path}").content.decode()
            assert said.format(n=size) in page.replace("\xa0", " "), path
            assert len(page) < 300_000
            assert "<script" not in page.partition("<main")[2]
            counts[path].append(len(found))
    assert {path: len(set(cost)) for path, cost in counts.items()} == dict.fromkeys(PAGES, 1), counts
