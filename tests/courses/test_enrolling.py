"""Coming into an edition, changing track, leaving, coming back, being taken out: through the real actions."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import Http404

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.courses import access, enrolling, segments
from preau.courses.membership import Membership
from preau.courses.models import Addition, Edition, Elective, Enrolment, Milestone, Track
from preau.mail.models import Message
from tests import cast

SOON = cast.MONDAY + timedelta(days=2)
TOO_LATE = cast.MONDAY + timedelta(days=30)  # to enrol; the edition goes on
OVER = cast.MONDAY + timedelta(days=60)


@pytest.fixture
def lea(db: None) -> Person:
    return cast.person("Lea")


def enrol(who: Person, edition: Edition, track: str = "classic", at: object = SOON) -> Enrolment:
    return cast.enrolment(who, edition, track=track, at=at)  # type: ignore[arg-type]


def leave(row: Enrolment, at: object = SOON) -> None:
    act = cast.an_act("leave", {}, at)  # type: ignore[arg-type]
    enrolling.leave(act=act, by=row.person, enrolment=row, now=at)  # type: ignore[arg-type]


def test_coming_back_takes_the_same_row_up_again(lea: Person, edition: Edition) -> None:
    row = enrol(lea, edition)
    leave(row)
    assert enrolling.state_of(lea, edition) is Membership.LEFT
    again = enrol(lea, edition, "advanced", TOO_LATE)
    assert (again.pk, again.left_at, again.track.key) == (row.pk, None, "advanced")
    assert Enrolment.objects.filter(person=lea).count() == 1
    verbs = list(Entry.objects.filter(about_id=row.pk).order_by("at", "pk").values_list("verb", flat=True))
    assert verbs == ["enrolled", "left", "returned"]


def test_who_left_a_private_edition_comes_back_to_it_and_nobody_else_finds_it(
    lea: Person, tom: Person, edition: Edition
) -> None:
    row = enrol(lea, edition)
    leave(row)
    Edition.objects.filter(pk=edition.pk).update(visibility=Edition.Visibility.PRIVATE)
    assert access.edition_to_join(lea, edition.slug, now=SOON).pk == edition.pk
    for stranger in (cast.person("Zoe"), AnonymousUser()):
        with pytest.raises(Http404):
            access.edition_to_join(stranger, edition.slug, now=SOON)


def test_nobody_comes_new_when_enrolment_is_over_nor_back_when_the_edition_is(lea: Person, edition: Edition) -> None:
    with pytest.raises(Refused):
        enrol(lea, edition, at=TOO_LATE)
    leave(enrol(lea, edition))
    with pytest.raises(Refused):
        enrol(lea, edition, at=OVER)


def test_a_track_has_its_cut_off(lea: Person, edition: Edition) -> None:
    row = enrol(lea, edition)
    Milestone.objects.create(edition=edition, key="advanced", what="joins", at=SOON + timedelta(days=1))
    with pytest.raises(Refused):
        enrol(lea, edition, "advanced", SOON + timedelta(days=1))
    row.refresh_from_db()
    assert row.track.key == "classic"
    enrol(lea, edition, "advanced", SOON)
    enrol(lea, edition, "classic", SOON + timedelta(days=2))  # down has no cut-off here
    with pytest.raises(Refused):
        enrol(lea, edition, "advanced", SOON + timedelta(days=2))


def test_who_is_on_a_track_stays_on_it_after_its_cut_off(lea: Person, edition: Edition) -> None:
    row = enrol(lea, edition, "advanced")
    Milestone.objects.create(edition=edition, key="advanced", what="joins", at=SOON)
    leave(row)
    assert enrol(lea, edition, "advanced", SOON + timedelta(days=3)).pk == row.pk


def test_a_track_for_those_who_come_back_is_theirs(lea: Person, edition: Edition) -> None:
    Track.objects.filter(edition=edition, key="advanced").update(rule={"for": "returning", "needs": []})
    with pytest.raises(Refused):
        enrol(lea, edition, "advanced")


@pytest.fixture
def team(edition: Edition) -> Track:
    """A track that is added to another."""
    rule = {"added": True, "needs": [{"score": "devoir", "at_least": 50}]}
    return Track.objects.create(edition=edition, key="team", rule=rule, position=9)


def test_a_team_project_is_added_never_instead(lea: Person, edition: Edition, team: Track) -> None:
    with pytest.raises(Refused):
        enrol(lea, edition, "team")
    row = enrol(lea, edition)
    for _twice in range(2):
        act = cast.an_act("track.add", {}, SOON)
        enrolling.add_track(act=act, by=lea, enrolment=row, track="team", now=SOON)
    row.refresh_from_db()
    assert (row.track.key, Addition.objects.filter(enrolment=row, dropped_at=None).count()) == ("classic", 1)
    of_the_team = [{"segment": "track", "value": "team"}]
    assert segments.people(edition, of_the_team).get() == row, "who writes to that track writes to them"
    act = cast.an_act("track.drop", {}, SOON)
    enrolling.drop_track(act=act, by=lea, enrolment=row, track="team", now=SOON)
    assert not Addition.objects.filter(enrolment=row, dropped_at=None).exists()
    assert not segments.people(edition, of_the_team).exists()
    with pytest.raises(Refused):
        enrolling.add_track(act=cast.an_act("a"), by=lea, enrolment=row, track="advanced", now=SOON)


def test_electives_are_chosen_all_at_once(lea: Person, edition: Edition) -> None:
    row = enrol(lea, edition)

    def choose(*keys: str) -> None:
        act = cast.an_act("electives", {"keys": list(keys)}, SOON)
        known = frozenset({"suite", "autre"})
        enrolling.choose_electives(act=act, by=lea, enrolment=row, keys=frozenset(keys), known=known, now=SOON)

    choose("suite", "autre")
    choose("suite")
    assert list(Elective.objects.values_list("key", flat=True)) == ["suite"]
    with pytest.raises(Refused):
        choose("ailleurs")
    assert list(Elective.objects.values_list("key", flat=True)) == ["suite"]


def test_who_is_taken_out_is_told_why_and_comes_back_by_the_team_alone(
    lea: Person, tom: Person, edition: Edition
) -> None:
    row = enrol(lea, edition, "advanced")
    with pytest.raises(Refused):
        enrolling.remove(act=cast.an_act("remove"), enrolment=row, reason="  ", by=tom, now=SOON)
    enrolling.remove(act=cast.an_act("remove"), enrolment=row, reason="Insultes répétées", by=tom, now=SOON)
    assert enrolling.state_of(lea, edition) is Membership.REMOVED
    told = Message.objects.get(person_id=lea.pk, kind="decision")
    assert "Insultes répétées" in told.text
    with pytest.raises(Refused):
        enrol(lea, edition)
    with pytest.raises(Refused):
        enrolling.remove(act=cast.an_act("remove"), enrolment=row, reason="Encore", by=tom, now=SOON)
    enrolling.readmit(act=cast.an_act("readmit"), enrolment=row, by=tom, now=SOON + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.left_at, row.removed_for, row.track.key) == (None, "", "advanced")
    assert Message.objects.filter(person_id=lea.pk, kind="decision").count() == 2
    with pytest.raises(Refused):
        enrolling.readmit(act=cast.an_act("readmit"), enrolment=row, by=tom, now=SOON)


def test_the_database_refuses_two_live_enrolments_and_somebody_taken_out_who_is_in(
    lea: Person, edition: Edition
) -> None:
    row = enrol(lea, edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(person=lea, edition=edition, track=row.track, enrolled_at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=row.pk).update(removed_for="pour rien")
    Addition.objects.create(enrolment=row, track=row.track, added_at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Addition.objects.create(enrolment=row, track=row.track, added_at=SOON)


def test_the_same_act_twice_enrols_once(lea: Person, edition: Edition) -> None:
    act = cast.an_act("enrol", {"track": "classic"}, SOON)
    one, two = (
        enrolling.enrol(act=act, by=lea, edition=edition, track="classic", now=SOON)["enrolment"] for _ in range(2)
    )
    assert UUID(one) == UUID(two)
    assert Entry.objects.filter(verb="enrolled", about_id=one).count() == 1
