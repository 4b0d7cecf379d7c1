"""Groups: people of an edition under a name; made by addresses, by a part, one by one; meant by more time and by
announcements."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit import journal
from preau.content import outline as outlines
from preau.courses import segments
from preau.courses.models import Edition, Enrolment, Extension, Group, GroupMember, Milestone, Postponement
from preau.desk import notices
from preau.mail.models import Message
from preau.support.models import Announcement
from tests import cast

DEADLINE = "/desk/now/deadline/"
PART: dict[str, Any] = {"segment-country": "SN", "segment-language": "en"}
FIELDS = {"unit": "quiz", "since": "", "until": "", "hours": "6", "reason": "Panne au lycée", "tell": "on"}


@pytest.fixture
def edition(db: None) -> Edition:
    opens = cast.midnight(timezone.now())  # the quiz is due on Sunday of the first week
    return cast.edition(slug="now", opens=opens, enrolment_closes_at=opens + timedelta(days=20))


@pytest.fixture
def ana(edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Ana", country="SN", language="en"), edition)


@pytest.fixture
def lea(edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Lea", country="FR"), edition)


@pytest.fixture
def group(tom: Person) -> Group:
    assert cast.browser(tom).post("/desk/now/groups/", cast.form(name="  Lycée  Malraux ")).status_code == 302
    return Group.objects.get()


def post(who: Person, group: Group, end: str, **fields: Any) -> Any:
    return cast.browser(who).post(f"/desk/now/groups/{group.pk}/{end}", cast.form(None, **fields))


def members(group: Group) -> set[str]:
    rows = GroupMember.objects.filter(group=group, removed_at=None)
    return set(rows.values_list("enrolment__person__name", flat=True))


def due() -> Any:
    return Milestone.objects.get(key="quiz", what="due").at


def put_off(who: Person, group: Group) -> Any:
    fields = {**FIELDS, "who": f"group:{group.pk}"}
    assert cast.browser(who).post(DEADLINE, fields).context["plan"].people
    seen = str(Edition.objects.get(slug="now").revision)
    return cast.browser(who).post(f"{DEADLINE}confirm/", cast.form(None, revision=seen, **fields))


def test_a_group_is_made_from_addresses(tom: Person, group: Group, ana: Enrolment, lea: Enrolment) -> None:
    assert group.name == "Lycée Malraux"
    assert post(tom, group, "paste/", text="E-mail\nANA@example.org\nLea;lea@example.org").status_code == 302
    assert members(group) == {"Ana", "Lea"}
    assert post(tom, group, "paste/", text="ana@example.org").status_code == 302  # who is there stays
    assert GroupMember.objects.count() == 2
    line = journal.about("edition", group.edition_id)[0]
    assert (line.verb, line.details) == ("group.joined", {"group": "Lycée Malraux", "people": 2})


@pytest.mark.parametrize(
    "line", ["nobody@example.org", "Ana Diop", "ana@example.org lea@example.org, zoe@example.org", "ben@example.org"]
)
def test_one_line_in_doubt_and_nobody_is_added(
    tom: Person, group: Group, ana: Enrolment, ben: Person, line: str
) -> None:
    response = post(tom, group, "paste/", text=f"ana@example.org\n{line}")
    assert response.status_code == 422
    assert line.split(",")[-1].strip() in response.content.decode()
    assert members(group) == set()


@pytest.fixture
def ben(edition: Edition) -> Person:
    """Has an account, and learns in another edition."""
    who = cast.person("Ben")
    cast.enrolment(who, cast.edition(slug="other", of=edition.course.versions.get(), opens=edition.opens_at))
    return who


def test_a_group_is_made_from_a_part_of_the_learners(tom: Person, group: Group, ana: Enrolment, lea: Enrolment) -> None:
    assert post(tom, group, "part/").status_code == 422  # nothing chosen would be everybody
    assert post(tom, group, "part/", **PART).status_code == 302
    assert members(group) == {"Ana"}
    cast.enrolment(cast.person("Zoe", country="SN", language="en"), ana.edition)
    assert members(group) == {"Ana"}  # a list, not a rule


def test_people_are_ticked_in_the_list_and_taken_out(tom: Person, group: Group, ana: Enrolment, lea: Enrolment) -> None:
    page = cast.browser(tom).get("/desk/now/learners/").content.decode()
    assert f'value="{lea.pk}"' in page
    form = cast.form(group=str(group.pk), enrolment=[str(ana.pk), str(lea.pk)])
    assert cast.browser(tom).post("/desk/now/groups/pick/", form).status_code == 302
    assert members(group) == {"Ana", "Lea"}
    assert "Lycée Malraux" in cast.browser(tom).get(f"/desk/now/learners/{ana.pk}/").content.decode()
    post(tom, group, f"remove/{ana.pk}/")
    assert members(group) == {"Lea"}
    listed = cast.browser(tom).get(f"/desk/now/learners/?group={group.pk}").content.decode()
    assert ("lea@example.org" in listed, "ana@example.org" in listed) == (True, False)
    post(tom, group, "empty/")
    assert members(group) == set()


def test_somebody_of_another_edition_is_never_added(tom: Person, group: Group, ana: Enrolment, ben: Person) -> None:
    there = Enrolment.objects.get(person=ben)
    form = cast.form(group=str(group.pk), enrolment=[str(ana.pk), str(there.pk)])
    cast.browser(tom).post("/desk/now/groups/pick/", form)
    assert members(group) == set()


def test_two_groups_of_one_name_are_refused(tom: Person, group: Group) -> None:
    assert cast.browser(tom).post("/desk/now/groups/", cast.form(name="Lycée Malraux")).status_code == 422
    assert cast.browser(tom).post("/desk/now/groups/", cast.form(name="  ")).status_code == 422
    cast.browser(tom).post("/desk/now/groups/", cast.form(name="Autre"))
    other = Group.objects.get(name="Autre")
    assert post(tom, other, "rename/", name="Lycée Malraux").status_code == 422
    assert post(tom, other, "rename/", name="Lycée Camus").status_code == 302
    assert set(Group.objects.values_list("name", flat=True)) == {"Lycée Malraux", "Lycée Camus"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.create(edition=group.edition, name="Lycée Malraux", made_at=timezone.now())


def test_more_time_for_a_group_is_previewed_told_and_taken_back(
    tom: Person, group: Group, ana: Enrolment, lea: Enrolment
) -> None:
    post(tom, group, "paste/", text="ana@example.org")
    assert put_off(tom, group).status_code == 302
    row = Extension.objects.get()
    assert (row.enrolment_id, row.until) == (ana.pk, due() + timedelta(hours=6))
    assert notices.tell_due(now=timezone.now()) == 1
    assert "Panne au lycée" in Message.objects.get(person_id=ana.person_id, key__startswith="deadline:").text
    assert "Panne au lycée" in cast.browser(ana.person).get("/e/now/").content.decode()
    assert "Panne au lycée" not in cast.browser(lea.person).get("/e/now/").content.decode()
    assert "Lycée Malraux" in cast.browser(tom).get(DEADLINE).content.decode()
    act = Postponement.objects.get()
    cast.browser(tom).post(f"{DEADLINE}{act.pk}/undo/", cast.form())
    assert not Extension.objects.exists()
    notices.tell_due(now=timezone.now())
    assert set(Message.objects.filter(key__endswith=":undone").values_list("person_id", flat=True)) == {ana.person_id}


def test_an_act_reaches_those_who_were_in_the_group_then(
    tom: Person, group: Group, ana: Enrolment, lea: Enrolment
) -> None:
    post(tom, group, "paste/", text="ana@example.org")
    put_off(tom, group)
    post(tom, group, f"remove/{ana.pk}/")
    post(tom, group, "paste/", text="lea@example.org")
    notices.tell_due(now=timezone.now())
    assert set(Message.objects.values_list("person_id", flat=True)) == {ana.person_id}
    assert "Panne au lycée" in cast.browser(ana.person).get("/e/now/").content.decode()
    assert "Panne au lycée" not in cast.browser(lea.person).get("/e/now/").content.decode()


def test_an_announcement_is_for_a_group(tom: Person, group: Group, ana: Enrolment, lea: Enrolment) -> None:
    post(tom, group, "paste/", text="ana@example.org")
    page = cast.browser(tom).get("/desk/now/announcements/new/").content.decode()
    assert f'<option value="{group.pk}">Lycée Malraux</option>' in page
    chosen = segments.checked(group.edition, [{"segment": "group", "value": str(group.pk)}])
    assert [row.pk for row in segments.people(group.edition, chosen)] == [ana.pk]
    with pytest.raises(segments.Unknown):
        segments.checked(cast.edition(slug="x", of=ana.edition.course.versions.get()), chosen)


def told(group: Group, state: str) -> Announcement:
    chosen = [{"segment": "group", "value": str(group.pk)}]
    return Announcement.objects.create(
        edition=group.edition, segment=chosen, texts={"fr": {"subject": "a", "text": "b"}}, state=state,
        written_at=timezone.now(), send_at=timezone.now() if state != "draft" else None,
    )  # fmt: skip


def test_deleting_says_what_hangs_on_it(tom: Person, group: Group, ana: Enrolment) -> None:
    post(tom, group, "paste/", text="ana@example.org")
    put_off(tom, group)
    draft, waits = told(group, "draft"), told(group, "scheduled")
    page = cast.browser(tom).get(f"/desk/now/groups/{group.pk}/delete/").content.decode()
    assert "Panne au lycée" in page
    assert str(draft.pk) in page
    assert post(tom, group, "delete/").status_code == 200  # the announcement waits
    Announcement.objects.filter(pk=waits.pk).update(state="cancelled")
    assert post(tom, group, "delete/").status_code == 200  # people are still to be told
    notices.tell_due(now=timezone.now())
    assert post(tom, group, "delete/").status_code == 302
    assert Extension.objects.count() == 1
    assert cast.browser(tom).get(f"/desk/now/groups/{group.pk}/").status_code == 404
    assert not segments.people(group.edition, draft.segment).exists()
    assert "Lycée Malraux" in cast.browser(tom).get(DEADLINE).content.decode()
    cast.browser(tom).post(f"{DEADLINE}{Postponement.objects.get().pk}/undo/", cast.form())
    assert not Extension.objects.exists()


def test_sent_twice_it_is_done_once(tom: Person, group: Group, ana: Enrolment) -> None:
    form = cast.form(text="ana@example.org")
    client = cast.browser(tom)
    for _again in range(2):
        assert client.post(f"/desk/now/groups/{group.pk}/paste/", form).status_code == 302
    assert GroupMember.objects.count() == 1


def test_who_erases_their_account_is_in_no_group(tom: Person, group: Group, ana: Enrolment) -> None:
    post(tom, group, "paste/", text="ana@example.org")
    accounts.erase(ana.person, by=ana.person_id, now=timezone.now())
    assert not GroupMember.objects.exists()


def test_a_page_costs_the_same_for_three_as_for_three_hundred(tom: Person, group: Group, edition: Edition) -> None:
    def cost(end: str) -> int:
        client = cast.browser(tom)
        client.get(f"/desk/now/{end}")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/desk/now/{end}").status_code == 200
        return len(caught)

    pages = ("groups/", f"groups/{group.pk}/", f"groups/{group.pk}/delete/", "deadline/")
    fill(group, edition, 0, 3)
    few = [cost(end) for end in pages]
    fill(group, edition, 3, 300)
    assert [cost(end) for end in pages] == few
    outlines.of_edition(edition, "fr")


def fill(group: Group, edition: Edition, start: int, end: int) -> None:
    people = [Person(email=f"p{n}@example.org", name=f"P{n}", password="!") for n in range(start, end)]
    Person.objects.bulk_create(people)
    track = edition.tracks.get(key="classic")
    rows = [Enrolment(person=one, edition=edition, track=track, enrolled_at=timezone.now()) for one in people]
    Enrolment.objects.bulk_create(rows)
    GroupMember.objects.bulk_create(GroupMember(group=group, enrolment=row, added_at=timezone.now()) for row in rows)
