"""Announcements: who is meant, what is refused, each person once whatever is killed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q

from preau.audit.http import Refused
from preau.content.models import Unit
from preau.courses import segments
from preau.courses.models import Edition, Enrolment
from preau.mail import actions as mail
from preau.mail.models import Message
from preau.support import announcements
from preau.support.models import Announcement
from tests import cast
from tests.desk import stage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def edition() -> Edition:
    return cast.edition()


def learners(edition: Edition, count: int, **fields: Any) -> list[Enrolment]:
    start = Enrolment.objects.count()
    return [cast.enrolment(cast.person(f"Learner{start + n}", **fields), edition) for n in range(count)]


def draft(segment: list[dict[str, str]] | None = None, **fields: Any) -> announcements.Draft:
    texts = {"fr": {"subject": "Séance en direct", "text": "Rendez-vous **jeudi**, [ici](/fr/)."}}
    values: dict[str, Any] = {"texts": texts, "on_site": True, "by_mail": True, "shown_until": None}
    return announcements.Draft(segment=segment or [], **{**values, **fields})


def written(edition: Edition, made: announcements.Draft) -> Announcement:
    tom = cast.person(f"Tom{Announcement.objects.count()}")
    act = cast.an_act("announcement.write", {"n": Announcement.objects.count()})
    outcome = announcements.write(act=act, by=tom, edition=edition, draft=made, row=None, now=NOW)
    return Announcement.objects.select_related("edition__course", "written_by").get(pk=outcome["announcement"])


def confirmed(edition: Edition, made: announcements.Draft, send_at: datetime | None = None) -> Announcement:
    row = written(edition, made)
    act = cast.an_act("announcement.confirm", {"row": str(row.pk)})
    assert row.written_by is not None
    announcements.schedule(
        act=act, by=row.written_by, row=row, seen=announcements.fingerprint(row), send_at=send_at, now=NOW
    )
    row.refresh_from_db()
    return row


def test_segments_narrow_each_other(edition: Edition) -> None:
    ana, *_ = learners(edition, 3, language="fr", country="SN")
    learners(edition, 2, language="en", country="FR")
    stage.result(ana, "quiz", 80, NOW)
    started = {"segment": "started", "value": "no"}
    french = {"segment": "language", "value": "fr"}
    assert segments.people(edition, []).count() == 5
    assert segments.people(edition, [french]).count() == 3
    assert segments.people(edition, [french, started]).count() == 2
    assert segments.people(edition, [{"segment": "country", "value": "FR"}, started]).count() == 2
    assert segments.people(edition, [{"segment": "gone", "value": "x"}]).count() == 0


def test_who_has_not_done_a_unit(edition: Edition) -> None:
    ana, ben, _cleo = learners(edition, 3)
    missing_segment = next(one for one in segments.known() if one.name == "missing")
    cast_unit = Unit.objects.get(key="cas").pk.hex
    assert cast_unit in dict(missing_segment.choices(edition, "fr"))
    stage.copy(ana, edition, "Ma copie.", NOW)
    missing = {"segment": "missing", "value": cast_unit}
    meant = set(segments.people(edition, segments.checked(edition, [missing])))
    assert (ana in meant, ben in meant) == (False, True)


@pytest.mark.parametrize(
    "chosen", [{"segment": "track", "value": "nowhere"}, {"segment": "sql'; --", "value": "x"}, {"value": "x"}]
)
def test_a_segment_that_is_not_there_is_refused(edition: Edition, chosen: dict[str, str]) -> None:
    with pytest.raises(Refused):
        written(edition, draft([chosen]))
    assert not Announcement.objects.exists()


def test_nobody_meant_is_refused_and_the_draft_stays(edition: Edition) -> None:
    row = written(edition, draft([{"segment": "language", "value": "en"}]))
    learners(edition, 1, language="fr")
    act = cast.an_act("announcement.confirm", {})
    assert row.written_by is not None
    with pytest.raises(Refused):
        announcements.schedule(
            act=act, by=row.written_by, row=row, seen=announcements.fingerprint(row), send_at=None, now=NOW
        )
    row.refresh_from_db()
    assert row.state == "draft"


def test_it_waits_for_its_time_then_goes_once_to_each(edition: Edition) -> None:
    people = learners(edition, 3)
    row = confirmed(edition, draft(), NOW + timedelta(hours=2))
    assert announcements.serve_due(now=NOW) == 0
    assert announcements.serve_due(now=NOW + timedelta(hours=2)) == 3
    assert announcements.serve_due(now=NOW + timedelta(hours=3)) == 0
    row.refresh_from_db()
    assert (row.state, row.served, row.counted) == ("sent", 3, 3)
    found = Message.objects.filter(key=f"announcement:{row.pk}")
    assert {m.person_id for m in found} == {one.person_id for one in people}
    one = found[0]
    assert one.kind == "announcement"
    assert "<strong>jeudi</strong>" in one.html
    assert "**jeudi**" in one.text
    assert 'href="/fr/"' not in one.html  # a mail has no site to be relative to


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "BATCH", 2)


@pytest.mark.usefixtures("small_batches")
def test_killed_between_two_batches_it_goes_on_where_it_was(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    learners(edition, 5)
    row = confirmed(edition, draft())
    assert announcements._serve_batch(NOW) == 2
    real = mail.queue_many

    def killed(rows: Any, **fields: Any) -> int:
        real(rows, **fields)
        raise SystemExit

    monkeypatch.setattr(mail, "queue_many", killed)
    with pytest.raises(SystemExit):
        announcements.serve_due(now=NOW)
    monkeypatch.setattr(mail, "queue_many", real)
    assert Message.objects.count() == 2
    assert announcements.serve_due(now=NOW) == 3
    row.refresh_from_db()
    assert (row.state, row.served, Message.objects.count()) == ("sent", 5, 5)


@pytest.mark.usefixtures("small_batches")
def test_stopped_in_the_middle_nobody_more_is_served(edition: Edition) -> None:
    learners(edition, 5)
    row = confirmed(edition, draft())
    announcements._serve_batch(NOW)
    assert row.written_by is not None
    announcements.cancel(act=cast.an_act("announcement.cancel", {}), by=row.written_by, row=row, now=NOW)
    assert announcements.serve_due(now=NOW) == 0
    assert Message.objects.count() == 2


def test_the_home_shows_what_concerns_one_until_its_date(edition: Edition) -> None:
    (ana,) = learners(edition, 1, language="fr")
    confirmed(edition, draft([{"segment": "language", "value": "fr"}], shown_until=NOW + timedelta(days=1)))
    confirmed(edition, draft([{"segment": "started", "value": "no"}], by_mail=False))
    announcements.serve_due(now=NOW)
    (ben,) = learners(edition, 1, language="en")
    shown = announcements.concerning(ana, "fr", now=NOW + timedelta(hours=1))
    assert [one["subject"] for one in shown] == ["Séance en direct"] * 2
    assert "<strong>jeudi</strong>" in shown[0]["html"]
    assert len(announcements.concerning(ben, "en", now=NOW + timedelta(hours=1))) == 1
    assert len(announcements.concerning(ana, "fr", now=NOW + timedelta(days=2))) == 1


def test_what_is_written_is_text(edition: Edition) -> None:
    learners(edition, 1)
    texts = {"fr": {"subject": "Bonjour\r\nBcc: all@example.org", "text": "<script>alert(1)</script> {{ 7|add:7 }}"}}
    row = confirmed(edition, draft(texts=texts))
    announcements.serve_due(now=NOW)
    message = Message.objects.get(key=f"announcement:{row.pk}")
    assert "\n" not in message.subject
    assert "<script" not in message.html
    assert "{{ 7|add:7 }}" in message.html


def test_a_condition_of_nothing_is_everybody() -> None:
    assert segments.condition([]) == Q()
