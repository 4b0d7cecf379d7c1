"""Who reads what."""

import pytest
from django.http import Http404

from preau.discussion import access
from preau.discussion.models import Room
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


def test_a_learner_enters_the_space_of_their_edition_and_nobody_else() -> None:
    edition, ana, ben = cast.edition(), cast.person("Ana"), cast.person("Ben")
    cast.enrolment(ana, edition)
    at = access.here(ana, {"edition": edition.slug}, now=NOW)
    assert (at.address, at.team, at.rights.post) == ("/e/thin-1/discussion/", False, True)
    kinds = set(Room.objects.filter(space_id=at.space).values_list("kind", flat=True))
    assert kinds >= {"general", "introductions", "module", "jobs", "live"}
    with pytest.raises(Http404):
        access.here(ben, {"edition": edition.slug}, now=NOW)
    with pytest.raises(Http404):
        access.here(ana, {"edition": "nothing"}, now=NOW)


def test_the_commons_are_open_to_whoever_ever_took_part() -> None:
    edition, ana, ben = cast.edition(), cast.person("Ana"), cast.person("Ben")
    cast.enrolment(ana, edition)
    where = {"course": edition.course.slug}
    at = access.here(ana, where, now=NOW)
    assert at.edition is None
    assert at.address == f"/commons/{edition.course.slug}/"
    with pytest.raises(Http404):
        access.here(ben, where, now=NOW)
