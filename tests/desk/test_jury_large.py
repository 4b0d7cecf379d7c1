"""A jury of 3,000 people and 40 cases: its pages cost the queries of one of 3."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.certificates import deciding, deliberating
from preau.certificates.models import Deliberation
from preau.courses.models import Edition, Enrolment, Role
from preau.grades.models import Result
from tests import cast
from tests.certificates import court

CASES = 40


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    return court.edition(tmp_path)


@pytest.fixture
def rita(edition: Edition) -> Person:
    person = cast.person("Rita")
    cast.role(person, Role.Kind.REGISTRAR, edition=edition)
    return person


def seated(edition: Edition, scores: Sequence[float]) -> None:
    """People of the classic track, each with this result at the quiz."""
    track, unit = edition.tracks.get(key="classic"), edition.course.units.get(key="quiz")
    version = edition.printings.get(current=True).version_id
    people = Person.objects.bulk_create(
        [Person(email=f"p{len(scores)}-{n}@example.org", name=f"Personne {n}") for n in range(len(scores))]
    )
    rows = Enrolment.objects.bulk_create(
        [Enrolment(person=one, edition=edition, track=track, enrolled_at=edition.opens_at) for one in people]
    )
    said = {"unit": unit, "version_id": version, "of": 100, "how": {"final": True}, "recorded_at": edition.opens_at}
    Result.objects.bulk_create(
        [Result(enrolment=row, score=score, **said) for row, score in zip(rows, scores, strict=True)]
    )


def costs(client: Client, row: Deliberation) -> list[int]:
    """The queries of its page, of its list, of a case."""
    case = row.candidates.filter(apart=True).order_by("pk")[0].pk
    found = []
    for name in ("", "people/", f"people/{case}/"):
        path = f"/desk/{row.edition.slug}/jury/{row.pk}/{name}"
        client.get(path)  # what is read once and kept
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        found.append(len(caught))
    return found


@pytest.mark.slow
@pytest.mark.sqlite  # what is counted is the same on both, and three thousand dead rows mislead who plans for the rest
def test_a_jury_of_three_thousand_costs_the_queries_of_one_of_three(edition: Edition, rita: Person) -> None:
    client = cast.browser(rita)
    seated(edition, [59, 80, 20])
    small = court.frozen(court.prepared(edition, rita, "classic"), rita)
    few = costs(client, small)
    deliberating.cancel(act=cast.an_act("c"), deliberation=small, reason="Essai.", by=rita, now=court.OVER)
    seated(edition, [59 if n < CASES - 1 else 80 if n % 2 else 20 for n in range(2997)])
    large = court.frozen(court.prepared(edition, rita, "classic"), rita)
    assert (large.candidates.count(), large.candidates.filter(apart=True).count()) == (3000, CASES)
    assert costs(client, large) == few
    assert deciding.follow(act=cast.an_act("f"), deliberation=large, by=rita, now=court.OVER)["decided"] == 3000 - CASES
