"""Once minutes are filed: everybody gets what was decided, once, and is told; a rectified decision is followed to the
last document."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.certificates import deliberating, queries, serving, status
from preau.certificates.models import Award, Decision, Deliberation
from preau.config import health
from preau.courses.models import Edition, Enrolment
from preau.mail.models import Message
from tests import cast
from tests.certificates import court, stage

LATER = court.OVER + timedelta(days=30)


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    return court.edition(tmp_path)


@pytest.fixture
def rita(db: None) -> Person:
    """Registrar."""
    return cast.person("Rita")


def served(edition: Edition, rita: Person, *tracks: str, module: str = "", now: Any = court.OVER) -> Deliberation:
    row = court.filed(court.frozen(court.prepared(edition, rita, *tracks, module=module), rita), rita)
    serving.serve_due(now=now)
    row.refresh_from_db()
    return row


def again(row: Deliberation, who: Enrolment, rita: Person, verdict: str, track: str = "") -> Deliberation:
    """The decision about somebody taken up again, by another jury."""
    second = court.taken_up(row, who, rita, verdict, now=LATER, track=track)
    serving.serve_due(now=LATER)
    return second


def mails(who: Enrolment) -> list[str]:
    rows = Message.objects.filter(person_id=who.person_id, key__startswith="decision:")
    return list(rows.order_by("queued_at", "pk").values_list("text", flat=True))


def test_nothing_is_given_before_the_minutes_are_filed(edition: Edition, rita: Person) -> None:
    ana = court.learner(edition, "Ana", quiz=80)
    row = court.frozen(court.prepared(edition, rita, "classic"), rita)
    court.decided(court.of(row, ana), "admitted", by=rita)
    deliberating.close(act=cast.an_act("c"), deliberation=row, by=rita, now=court.OVER)
    assert serving.serve_due(now=court.OVER) == 0
    assert not Award.objects.exists()
    assert not mails(ana)


def test_everybody_gets_what_was_decided_and_is_told_once_with_the_way_to_appeal(
    edition: Edition, rita: Person
) -> None:
    ana, ben = court.learner(edition, "Ana", quiz=80), court.learner(edition, "Ben", quiz=20)
    row = served(edition, rita, "classic")
    assert serving.serve_due(now=LATER) == 0
    award = Award.objects.get()
    assert (award.enrolment, award.decision, award.credits) == (ana, court.of(row, ana).decisions.get(), Decimal(1))
    assert award.numbers == court.of(row, ana).numbers
    assert (award.awarded_at, award.decided_by_id) == (row.filed_at, rita.pk)
    for who, said in ((ana, "Le jury vous admet : Classique."), (ben, "Le jury ne vous admet pas : Classique.")):
        (text,) = mails(who)
        assert said in text
        assert court.RECOURSE in text
    assert award.code in mails(ana)[0]
    assert row.served_at is not None


def test_it_goes_on_where_it_was_cut(edition: Edition, rita: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [court.learner(edition, f"P{n}", quiz=80) for n in range(7)]
    row = court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    told, tell = 0, serving._tell

    def cut(*args: Any) -> None:
        nonlocal told
        told += 1
        if told == 3:
            raise RuntimeError("killed")
        tell(*args)

    monkeypatch.setattr(serving, "_tell", cut)
    assert serving.serve_due(now=LATER) == 6, "one that fails keeps nobody from their turn"
    row.refresh_from_db()
    assert row.served_at is None
    assert serving.serve_due(now=LATER) == 0, "it rests"
    assert serving.serve_due(now=LATER + serving.REST) == 1
    assert sorted(Award.objects.values_list("enrolment", flat=True)) == sorted(one.pk for one in everybody)
    assert [len(mails(one)) for one in everybody] == [1] * 7


def test_a_rectification_takes_the_certificate_back_and_says_so(edition: Edition, rita: Person) -> None:
    ana = court.learner(edition, "Ana", quiz=80)
    row = served(edition, rita, "classic")
    again(row, ana, rita, "not")
    award = Award.objects.get()
    assert award.revoked_at == LATER
    assert award.replaced_by is None
    assert len(mails(ana)) == 2
    assert award.code in mails(ana)[1]
    assert list(court.of(row, ana).decisions.values_list("verdict", flat=True)) == ["admitted"], "nothing is edited"


def test_a_rectification_that_admits_after_all_gives_the_certificate(edition: Edition, rita: Person) -> None:
    ben = court.learner(edition, "Ben", quiz=20)
    again(served(edition, rita, "classic"), ben, rita, "admitted")
    assert Award.objects.get().enrolment == ben
    assert len(mails(ben)) == 2


def test_a_rectification_to_another_track_replaces_the_document_and_counts_each_credit_once(
    edition: Edition, rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[str] = []
    real = status.changed

    def note(award: Award) -> None:
        changed.append(award.code)
        real(award)

    monkeypatch.setattr(status, "changed", note)
    lea = court.learner(edition, "Lea", "advanced", quiz=80, exam=80)
    row = served(edition, rita, "advanced")
    first = Award.objects.get()
    again(row, lea, rita, "admitted", track="classic")
    first.refresh_from_db()
    second = Award.objects.get(revoked_at=None)
    assert (second.track.key if second.track else "", second.credits, second.worth) == (
        "classic",
        Decimal(1),
        Decimal(1),
    )
    assert (first.replaced_by, first.credits) == (second, Decimal(2))
    assert first.code in changed
    assert sum(rules_brought(lea, edition)) == 1


def rules_brought(who: Enrolment, edition: Edition) -> list[Decimal]:
    held = queries.holdings([who.person_id], edition.course_id)[who.person_id]
    return [sum((step.credits for step in steps.values() if step.edition is None), Decimal(0)) for _n, steps in held]


def test_who_is_admitted_again_keeps_the_same_document(edition: Edition, rita: Person) -> None:
    ana = court.learner(edition, "Ana", quiz=80)
    row = served(edition, rita, "classic")
    again(row, ana, rita, "admitted")
    assert Award.objects.get().revoked_at is None
    assert len(mails(ana)) == 2


def test_a_list_leaves_out_who_was_decided_of_unless_the_matter_is_taken_up_again(
    edition: Edition, rita: Person
) -> None:
    ana, ben = court.learner(edition, "Ana", quiz=80), court.learner(edition, "Ben", quiz=20)
    served(edition, rita, "classic")
    second = court.frozen(court.prepared(edition, rita, "classic"), rita)
    assert not second.candidates.exists()
    with pytest.raises(Refused):
        deliberating.bring(
            act=cast.an_act("b"), deliberation=second, enrolment=ben, track="classic", why="", by=rita, now=LATER
        )
    assert ana.awards.count() == 1


def test_a_module_is_deliberated_about_too(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=10)
    stage.scored(lea, 100, "defi")
    row = served(edition, rita, module="suite")
    award = Award.objects.get()
    assert (award.module, award.track, award.decision) == ("suite", None, court.of(row, lea).decisions.get())


def test_a_certificate_of_another_edition_that_stands_is_said_and_no_other_given(
    edition: Edition, rita: Person
) -> None:
    ana = court.learner(edition, "Ana", quiz=80)
    served(edition, rita, "classic")
    version = edition.printings.get(current=True).version
    later = cast.edition(slug="echelle-2", of=version, opens=stage.SECOND)
    row = cast.enrolment(ana.person, later)
    stage.scored(row, 90, "quiz")
    served(later, rita, "classic", now=stage.SECOND + timedelta(days=70))
    assert Award.objects.count() == 1
    assert "session 1" in mails(row)[-1]


def test_the_doctor_names_what_is_astray_of_juries(edition: Edition, rita: Person) -> None:
    court.learner(edition, "Ana", quiz=80)
    row = court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    soon, later = court.OVER + timedelta(minutes=1), court.OVER + timedelta(hours=1)
    assert list(health.juries(soon)) == []
    assert ["wait to be given" in line for line in health.juries(later)] == [True]
    serving.serve_due(now=soon)
    assert list(health.juries(later)) == []
    default_storage.delete(row.minutes)
    assert row.minutes in " ".join(health.juries(later))
    Award.objects.update(decision=None)
    Decision.objects.all().delete()
    assert "have no decision" in " ".join(health.juries(later))
