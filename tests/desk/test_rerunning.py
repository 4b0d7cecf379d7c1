"""The next edition from one: the same hours so many days later, what was moved by hand, drafts, the roles that were
confirmed; the whole of it or nothing."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.content import printing
from preau.content.models import Page
from preau.courses import dates, rules
from preau.courses.models import Edition, Milestone, Role
from preau.desk import rerunning
from preau.support.models import Announcement
from tests import cast
from tests.cast import MONDAY
from tests.subtitles import stage as staging

PARIS = ZoneInfo("Europe/Paris")
NEXT = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)  # 8:00 in Paris, in summer: the former one opened in winter
NOW = MONDAY + timedelta(days=60)
ZONES = st.sampled_from(["Europe/Paris", "America/Port-au-Prince", "Africa/Dakar", "Asia/Kathmandu"]).map(ZoneInfo)
MOMENTS = st.floats(0, 1).map(lambda part: datetime(2024, 1, 1, tzinfo=UTC) + part * timedelta(days=2900))


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(slug="thin-1")


@given(at=MOMENTS, days=st.integers(1, 1500), zone=ZONES)
def test_a_moment_keeps_its_hour_and_gains_the_days(at: datetime, days: int, zone: ZoneInfo) -> None:
    before, after = at.astimezone(zone), rerunning.later(at, days, zone).astimezone(zone)
    assert after.date() - before.date() in (timedelta(days=days), timedelta(days=days + 1))
    skipped = dates.instant_of(before.replace(tzinfo=None) + timedelta(days=days), zone).astimezone(zone)
    assert (after.hour, after.minute) == (skipped.hour, skipped.minute)
    if after.date() - before.date() == timedelta(days=days) and after.utcoffset() == before.utcoffset():
        assert after - before == timedelta(days=days)


@given(first=MOMENTS, second=MOMENTS, days=st.integers(1, 1500), zone=ZONES)
def test_what_came_first_still_does(first: datetime, second: datetime, days: int, zone: ZoneInfo) -> None:
    early, late = sorted([first, second])
    gap = rerunning.later(late, days, zone) - rerunning.later(early, days, zone)
    assert gap >= min(timedelta(0), late - early) - timedelta(hours=1)


def test_the_edition_is_the_same_so_many_days_later(edition: Edition) -> None:
    plan = rerunning.plan(edition, NEXT)
    made = rerunning.rerun(plan, staff=(), by=None, now=NOW)
    assert (made.number, made.slug, made.published_at, made.zone) == (2, "thin-2", None, edition.zone)
    for name in rules.MOMENTS:
        before, after = (getattr(one, name).astimezone(PARIS) for one in (edition, made))
        assert after.date() - before.date() == timedelta(days=plan.days)
        assert after.time() == before.time()
    former = {(row.key, row.what): row.at.astimezone(PARIS) for row in edition.milestones.all()}
    again = {(row.key, row.what): row.at.astimezone(PARIS) for row in made.milestones.all()}
    assert former.keys() == again.keys()
    for key, at in former.items():
        assert (again[key].weekday(), again[key].time()) == (at.weekday(), at.time())
    assert Page.objects.filter(edition=made).count() == Page.objects.filter(edition=edition).count()


def test_a_date_moved_by_hand_moves_with_it(edition: Edition) -> None:
    tom = cast.person("Tom")
    moved = datetime(2026, 3, 20, 19, 30, tzinfo=UTC)
    printing.move_date(edition, key="quiz", what="due", at=moved, by=tom.pk, now=MONDAY)
    Milestone.objects.create(edition=edition, key="gone", what="due", at=moved, moved=True)
    plan = rerunning.plan(edition, NEXT)
    assert plan.left == ["gone"]
    made = rerunning.rerun(plan, staff=(), by=tom.pk, now=NOW)
    row = made.milestones.get(key="quiz", what="due")
    assert row.moved
    assert row.at.astimezone(PARIS).date() == date(2026, 3, 20) + timedelta(days=plan.days)
    assert f"{row.at.astimezone(PARIS):%H:%M}" == "20:30"


def test_roles_are_given_to_those_who_were_confirmed(edition: Edition) -> None:
    paul, rose, rita = cast.person("Paul"), cast.person("Rose"), cast.person("Rita")
    teaches = cast.role(paul, "teacher", edition=edition)
    cast.role(rose, "moderator", edition=edition)
    cast.role(rita, "registrar", course=edition.course)
    cast.role(rita, "registrar", edition=edition)
    plan = rerunning.plan(edition, NEXT)
    assert [(role.person.name, role.kind) for role in plan.staff] == [("Rose", "moderator"), ("Paul", "teacher")]
    made = rerunning.rerun(plan, staff={teaches.pk}, by=None, now=NOW)
    assert list(Role.objects.filter(edition=made).values_list("person__name", "kind")) == [("Paul", "teacher")]


def test_announcements_become_drafts(edition: Edition) -> None:
    tom = cast.person("Tom")
    texts = {"fr": {"subject": "Bienvenue", "text": "Le cours **commence**."}}
    sent = {"state": "sent", "send_at": MONDAY, "sent_at": MONDAY, "counted": 12, "served": 12}
    Announcement.objects.create(edition=edition, texts=texts, written_by=tom, written_at=MONDAY, **sent)
    Announcement.objects.create(edition=edition, texts=texts, state="cancelled", written_at=MONDAY)
    made = rerunning.rerun(rerunning.plan(edition, NEXT), staff=(), by=tom.pk, now=NOW)
    (draft,) = Announcement.objects.filter(edition=made)
    assert (draft.state, draft.texts, draft.send_at, draft.served) == ("draft", texts, None, 0)


def test_subtitles_that_were_made_better_are_there(db: None, tmp_path: Path) -> None:
    version = cast.version(staging.folder(tmp_path))
    edition = cast.edition(slug="thin-1", of=version)
    made = rerunning.rerun(rerunning.plan(edition, NEXT), staff=(), by=None, now=NOW)
    page = Page.objects.get(edition=made, path__endswith="/fr/debut/lecon/")
    assert f"/e/{made.slug}/video/" in bytes(page.html).decode()
    assert 'srclang="fr"' in bytes(page.html).decode()


def test_a_failure_in_the_middle_leaves_nothing(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = rerunning.plan(edition, NEXT)

    def broken(*_args: object, **_named: object) -> int:
        raise printing.BadDates(["quiz: due w9 sun 23:59 is after the edition closes"])

    monkeypatch.setattr(printing, "print_version", broken)
    with pytest.raises(Refused, match="w9"):
        rerunning.rerun(plan, staff=(), by=None, now=NOW)
    assert list(Edition.objects.all()) == [edition]


@pytest.mark.parametrize("opens", [MONDAY, MONDAY - timedelta(days=7)])
def test_it_opens_after_the_former_one(edition: Edition, opens: datetime) -> None:
    with pytest.raises(Refused):
        rerunning.plan(edition, opens)


def test_from_the_desk_one_looks_then_makes(edition: Edition) -> None:
    tom: Person = cast.person("Tom")
    cast.role(tom, "teacher", course=edition.course)
    paul = cast.person("Paul")
    role = cast.role(paul, "coach", edition=edition)
    browser = cast.browser(tom)
    assert "/desk/thin-1/next/" in browser.get("/desk/thin-1/").content.decode()
    seen = browser.post("/desk/thin-1/next/", cast.form(opens_at="2026-09-07T08:00")).content.decode()
    assert "Paul" in seen
    assert Edition.objects.count() == 1
    form = cast.form(opens_at="2026-09-07T08:00", make="1", staff=str(role.pk))
    assert browser.post("/desk/thin-1/next/", form).headers["Location"] == "/desk/thin-2/checklist/"
    assert browser.post("/desk/thin-1/next/", form).status_code in (302, 422)
    assert Edition.objects.count() == 2
    assert Role.objects.filter(edition__slug="thin-2", person=paul, kind="coach").exists()


def test_the_command_says_what_it_makes_and_what_is_left(edition: Edition, tmp_path: Path) -> None:
    out, report = StringIO(), tmp_path / "report.json"
    call_command("rerun", "thin-1", opens="2026-09-07 08:00", dry_run=True, stdout=out)
    assert Edition.objects.count() == 1
    call_command("rerun", "thin-1", opens="2026-09-07 08:00", json=report, stdout=out)
    assert "thin-2 made from thin-1: version 1, 189 days later" in out.getvalue()
    assert "to do: " in out.getvalue()
    assert '"edition": "thin-2"' in report.read_text()


@pytest.mark.parametrize(
    ("name", "opens"), [("nothing-1", "2026-09-07 08:00"), ("thin-1", "w2 mon 08:00"), ("thin-1", "soon")]
)
def test_the_command_refuses_with_a_sentence(edition: Edition, name: str, opens: str) -> None:
    with pytest.raises(CommandError):
        call_command("rerun", name, opens=opens, stdout=StringIO())
    assert Edition.objects.count() == 1


def test_dates_that_would_not_be_in_order_are_refused(edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(closes_at=edition.opens_at + timedelta(hours=3))
    edition.refresh_from_db()
    with pytest.raises(Refused, match="ordre"):
        rerunning.plan(edition, NEXT + timedelta(hours=14))
