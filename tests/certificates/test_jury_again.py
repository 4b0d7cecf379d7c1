"""Juries one after another: what one decided the next does not undo by chance, nobody holds more than was decided."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import (
    actions,
    claiming,
    deliberating,
    filing,
    freezing,
    personal,
    registers,
    serving,
    suspending,
)
from preau.certificates.models import Award, Candidate, CreditClaim, Deliberation
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


@pytest.fixture
def judged(edition: Edition, rita: Person) -> Callable[..., Deliberation]:
    """A deliberation up to what is given and told."""

    def judged(*tracks: str, now: Any = court.OVER, module: str = "") -> Deliberation:
        row = court.filed(court.frozen(court.prepared(edition, rita, *tracks, module=module), rita), rita, now=now)
        serving.serve_due(now=now)
        row.refresh_from_db()
        return row

    return judged


type Judged = Callable[..., Deliberation]


def live() -> list[str]:
    rows = Award.objects.filter(revoked_at=None).order_by("pk")
    return [award.track.key if award.track else award.module for award in rows.select_related("track")]


def taken_up(row: Deliberation, who: Enrolment, rita: Person, verdict: str, track: str = "") -> Deliberation:
    second = court.taken_up(row, who, rita, verdict, now=LATER, track=track)
    serving.serve_due(now=LATER)
    return second


def test_only_filed_minutes_are_taken_up_again(edition: Edition, rita: Person) -> None:
    court.learner(edition, "Lea", quiz=80)
    row = court.frozen(court.prepared(edition, rita, "classic"), rita)
    with pytest.raises(Refused):
        deliberating.prepare(
            act=cast.an_act("a"), edition=edition, sheet=court.SHEET, rectifies=row, by=rita, now=LATER
        )


def test_a_decision_that_was_taken_up_again_before_it_was_served_gives_nothing(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    row = court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    second = court.taken_up(row, lea, rita, "not", now=LATER)
    assert serving.serve(court.of(second, lea).pk, now=LATER)
    assert serving.serve(court.of(row, lea).pk, now=LATER)
    assert live() == []
    assert Message.objects.filter(person_id=lea.person_id, key__startswith="decision:").count() == 1


def test_admitted_below_and_then_not_at_all_leaves_nothing(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", "advanced", quiz=80, exam=10)
    row = court.frozen(court.prepared(edition, rita, "advanced"), rita)
    court.decided(court.of(row, lea), "admitted", "En classique.", by=rita, track="classic")
    court.filed(row, rita)
    serving.serve_due(now=court.OVER)
    assert live() == ["classic"]
    taken_up(row, lea, rita, "not")
    assert live() == []


def test_admitted_below_where_that_stands_already_ends_what_was_above(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    serving.serve_due(now=court.OVER)
    later = cast.edition(slug="echelle-2", of=edition.printings.get(current=True).version, opens=stage.SECOND)
    row = cast.enrolment(lea.person, later, track="advanced")
    stage.scored(row, 80, "quiz", "examen")
    first = court.filed(court.frozen(court.prepared(later, rita, "advanced"), rita), rita)
    serving.serve_due(now=court.OVER)
    assert live() == ["classic", "advanced"]
    taken_up(first, row, rita, "admitted", track="classic")
    assert live() == ["classic"]


def test_a_jury_that_sits_first_takes_no_higher_certificate_away(
    edition: Edition, rita: Person, judged: Judged
) -> None:
    lea = court.learner(edition, "Lea", "advanced", quiz=80, exam=80)
    judged("advanced")
    lea.track = edition.tracks.get(key="classic")
    lea.save()
    judged("classic")
    assert live() == ["advanced"]


def test_one_goes_up_in_a_later_list_with_each_credit_once(edition: Edition, rita: Person, judged: Judged) -> None:
    lea = court.learner(edition, "Lea", quiz=80, exam=80)
    judged("classic")
    lea.track = edition.tracks.get(key="advanced")
    lea.save()
    judged("advanced")
    assert live() == ["classic", "advanced"]
    assert sum(award.brings for award in Award.objects.filter(revoked_at=None)) == Decimal(2)


def test_nobody_is_before_two_juries_for_one_thing(edition: Edition, rita: Person, judged: Judged) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    first = court.frozen(court.prepared(edition, rita, "classic"), rita)
    second = court.frozen(court.prepared(edition, rita, "classic"), rita)
    assert not second.candidates.exists()
    court.filed(first, rita)
    for row in (second, court.prepared(edition, rita, "classic")):
        with pytest.raises(Refused):
            deliberating.bring(
                act=cast.an_act("b"), deliberation=row, enrolment=lea, track="classic", why="x", by=rita, now=LATER
            )


def test_who_only_came_back_is_on_no_list_and_is_attested_once(edition: Edition, rita: Person, judged: Judged) -> None:
    lea = court.learner(edition, "Lea", quiz=10)
    stage.scored(lea, 100, "defi")
    judged(module="suite")
    later = cast.edition(slug="echelle-2", of=edition.printings.get(current=True).version, opens=stage.SECOND)
    cast.enrolment(lea.person, later)
    for tracks, module in (((), "suite"), (("classic",), "")):
        row = court.frozen(court.prepared(later, rita, *tracks, module=module), rita)
        assert not row.candidates.exists()


def test_the_rule_does_not_give_what_a_jury_refused(edition: Edition, rita: Person, judged: Judged) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    stage.scored(lea, 100, "defi")
    row = judged("classic")
    taken_up(row, lea, rita, "not")
    award = Award.objects.get()
    with pytest.raises(Refused):
        actions.award_again(act=cast.an_act("a"), award=award, by=rita, now=LATER)
    of_module = court.frozen(court.prepared(edition, rita, module="suite"), rita)
    court.decided(court.of(of_module, lea), "not", "Copie.", by=rita)
    court.filed(of_module, rita)
    assert actions.award_module(edition=edition, module="suite", by=rita, now=LATER) == 0


def test_what_was_revoked_by_mistake_is_given_again_by_the_decision(
    edition: Edition, rita: Person, judged: Judged
) -> None:
    court.learner(edition, "Lea", quiz=80)
    judged("classic")
    award = Award.objects.get()
    actions.revoke(act=cast.an_act("r"), award=award, by=rita, reason="Erreur.", now=LATER)
    actions.award_again(act=cast.an_act("a"), award=award, by=rita, now=LATER)
    assert Award.objects.get(revoked_at=None).decision == award.decision


def test_the_terms_of_appeal_are_those_of_the_closing(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    edition.course.about["certificate"]["recourse"] = {"fr": "Quinze jours."}
    edition.course.save()
    serving.serve_due(now=court.OVER)
    assert court.RECOURSE in Message.objects.get(person_id=lea.person_id, key__startswith="decision:").text


def test_minutes_that_were_printed_again_are_signed_again(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    row = court.frozen(court.prepared(edition, rita, "classic"), rita)
    court.decided(court.of(row, lea), "admitted", by=rita)
    printed = []
    for verdict in ("not", ""):
        deliberating.close(act=cast.an_act("c"), deliberation=row, by=rita, now=LATER)
        filing.print_minutes(row.pk)
        row.refresh_from_db()
        printed.append(row.minutes_digest)
        if verdict:
            deliberating.reopen(act=cast.an_act("o"), deliberation=row, by=rita, now=LATER)
            court.decided(court.of(row, lea), verdict, "Relu.", by=rita)
    said = {"deliberation": row, "signed": court.SIGNED, "by": rita, "now": LATER}
    with pytest.raises(Refused):
        deliberating.file(act=cast.an_act("f"), printed=printed[0], **said)  # type: ignore[arg-type]
    deliberating.cancel(act=cast.an_act("x"), deliberation=row, reason="Non.", by=rita, now=LATER)
    with pytest.raises(Refused):
        deliberating.file(act=cast.an_act("f"), printed=printed[1], **said)  # type: ignore[arg-type]


def test_those_who_cannot_be_served_keep_nobody_waiting(
    edition: Edition, rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [court.learner(edition, f"P{n}", quiz=80) for n in range(5)]
    row = court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    stuck = set(row.candidates.order_by("pk").values_list("pk", flat=True)[:3])
    real = serving.serve

    def serve(pk: Any, *, now: Any) -> bool:
        if pk in stuck:
            raise RuntimeError("its track says nothing any more")
        return real(pk, now=now)

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setattr(serving, "RESTING", {})
    served = sum(serving.serve_due(now=LATER, limit=2) for _ in range(4))
    assert (served, len(rows)) == (2, 5)


def test_erasure_leaves_the_decision_and_nothing_that_was_told_of_somebody(
    edition: Edition, rita: Person, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    lea.extensions.create(key="quiz", until=court.OVER, reason="SECRET", given_at=court.OVER)
    row = court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    assert "SECRET" in str(court.of(row, lea).signs)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.erase(lea.person, by=lea.person_id, now=LATER)
    assert "SECRET" not in str(list(Candidate.objects.values("signs", "why_apart")))
    serving.serve_due(now=LATER)
    assert not Award.objects.exists()
    assert not Message.objects.filter(key__startswith="decision:").exists()


def test_what_was_told_is_handed_over(edition: Edition, judged: Judged) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    judged("classic")
    (told,) = personal.export(lea.person)["jury_decisions"]
    assert (told["verdict"], told["candidate__track__key"]) == ("admitted", "classic")


CIVIL = claiming.Civil("N'Diaye", "Léa", court.SHEET.held_on or LATER.date(), "Dakar", "SN")


def accepted(award: Award, rita: Person, now: Any) -> None:
    claiming.ask(act=cast.an_act("k"), award=award, by=award.enrolment.person, civil=CIVIL, now=now)
    claim = CreditClaim.objects.get(award=award, state="asked")
    edition = award.enrolment.edition
    claiming.accept(act=cast.an_act("y"), claims=[claim.pk], edition=edition, by=rita, now=now)


def exported(edition: Edition, rita: Person, now: Any) -> dict[str, Decimal]:
    """What goes out to the school: the credits of each code."""
    rows = list(registers.lines(registers.awards(edition, "fresh"), "fr", {}))
    cell = next(column.value for column in registers.CATALOGUE if column.key == "credits")
    found = {line.award.code: Decimal(str(cell(line))) for line in rows}
    registers.mark(act=cast.an_act("m"), edition=edition, by=rita, now=now)
    return found


@pytest.mark.parametrize(("starts", "ends", "total"), [("advanced", "classic", 1), ("advanced", "not", 0)])
def test_the_register_counts_credits_once_after_a_rectification(
    edition: Edition, rita: Person, judged: Judged, starts: str, ends: str, total: int
) -> None:
    lea = court.learner(edition, "Lea", starts, quiz=80, exam=80)
    row = judged(starts)
    accepted(Award.objects.get(), rita, court.OVER)
    book = exported(edition, rita, court.OVER + timedelta(days=1))
    assert sum(book.values()) == 2
    track = "" if ends == "not" else ends
    taken_up(row, lea, rita, "not" if ends == "not" else "admitted", track=track)
    for award in Award.objects.filter(revoked_at=None):
        accepted(award, rita, LATER)
    book |= exported(edition, rita, LATER + timedelta(days=1))
    assert sum(book.values()) == total, "a line that goes out again takes the place of the former one of its code"


def test_why_somebody_was_suspended_is_not_in_the_journal(edition: Edition, rita: Person, judged: Judged) -> None:

    court.learner(edition, "Lea", quiz=80)
    judged("classic")
    award = Award.objects.get()
    suspending.suspend(act=cast.an_act("s"), award=award, reason="SECRET", by=rita, now=LATER)
    assert "SECRET" not in str([entry.details for entry in journal.about("enrolment", award.enrolment_id)])


def test_a_claim_on_what_ended_is_taken_back_in_time(edition: Edition, rita: Person, judged: Judged) -> None:
    court.learner(edition, "Lea", quiz=80)
    judged("classic")
    award = Award.objects.get()
    claiming.ask(act=cast.an_act("k"), award=award, by=award.enrolment.person, civil=CIVIL, now=LATER)
    actions.revoke(act=cast.an_act("r"), award=award, by=rita, reason="Fraude.", now=LATER)
    assert claiming.forget(now=LATER + timedelta(days=1)) == 0
    assert claiming.forget(now=LATER + claiming.KEPT) == 1
    claim = CreditClaim.objects.get()
    assert (claim.state, claim.birth_name) == ("withdrawn", "")


def test_a_module_that_a_later_version_has_no_more_breaks_no_page(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=10)
    stage.scored(lea, 100, "defi")
    row = court.prepared(edition, rita, module="suite")
    row.module = "gone"
    row.save()
    assert court.frozen(row, rita).candidates.count() == 0
    assert freezing.forecast(row) == []
