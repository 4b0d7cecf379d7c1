"""A jury's list, from its freezing to its minutes: nothing moves in it, nothing is edited."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.certificates import actions, deciding, deliberating, filing, freezing
from preau.certificates.models import Award, Candidate, Decision, Deliberation
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.grades import evidence
from tests import cast
from tests.certificates import court, stage


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    return court.edition(tmp_path)


@pytest.fixture
def rita(db: None) -> Person:
    """Registrar."""
    return cast.person("Rita")


@pytest.fixture
def list_(edition: Edition, rita: Person) -> Deliberation:
    """Four people before the jury of the classic track; who never did anything is not."""
    court.learner(edition, "Ana", quiz=80)
    court.learner(edition, "Ben", quiz=20)
    court.learner(edition, "Eva", quiz=59)
    cast.enrolment(cast.person("Nul"), edition)
    return court.frozen(court.prepared(edition, rita, "classic"), rita)


def named(row: Deliberation, name: str) -> Candidate:
    return row.candidates.select_related("deliberation__edition", "track").get(enrolment__person__name=name)


def test_the_list_has_everybody_who_did_something_with_what_the_rule_proposes(list_: Deliberation) -> None:
    found = dict(list_.candidates.values_list("enrolment__person__name", "proposal"))
    assert found == {"Ana": "admitted", "Ben": "not", "Eva": "not"}
    assert list(list_.candidates.filter(apart=True).values_list("enrolment__person__name", flat=True)) == ["Eva"]
    said = evidence.read(named(list_, "Eva").signs)
    assert [(sign.kind, sign.args["points"]) for sign in said] == [("border", "1.0")]


def test_what_changes_after_the_freeze_changes_nothing_in_it_until_it_is_asked_for(
    list_: Deliberation, rita: Person
) -> None:
    ben = named(list_, "Ben")
    stage.scored(ben.enrolment, 90, "quiz")
    ben.refresh_from_db()
    assert (ben.proposal, ben.numbers[0]["now"]) == ("not", 20)
    deciding.refresh(act=cast.an_act("r"), candidate=ben, by=rita, now=court.OVER)
    ben.refresh_from_db()
    assert (ben.proposal, ben.numbers[0]["now"]) == ("admitted", 90)


def test_the_list_is_made_once_whatever_is_run_again(list_: Deliberation, rita: Person) -> None:
    assert freezing.freeze(list_.pk, now=court.OVER + timedelta(days=1)) == 0
    with pytest.raises(Refused):
        deliberating.ask_freeze(act=cast.an_act("f"), deliberation=list_, by=rita, now=court.OVER)
    assert list_.candidates.count() == 3


def test_the_rule_is_followed_for_all_but_cases(list_: Deliberation, rita: Person) -> None:
    act = cast.an_act("follow")
    outcome = deciding.follow(act=act, deliberation=list_, by=rita, now=court.OVER)
    assert outcome == deciding.follow(act=act, deliberation=list_, by=rita, now=court.OVER) == {"decided": 2}
    assert not named(list_, "Eva").decisions.exists()


def test_a_decision_says_why_where_it_must_and_is_replaced_never_edited(list_: Deliberation, rita: Person) -> None:
    eva, ben = named(list_, "Eva"), named(list_, "Ben")
    for one, verdict in ((eva, "not"), (ben, "admitted")):
        with pytest.raises(Refused):
            court.decided(one, verdict, by=rita)
    court.decided(eva, "not", "Un point de moins.", by=rita)
    with pytest.raises(Refused):
        court.decided(eva, "admitted", by=rita)
    court.decided(eva, "admitted", "Présence à toutes les séances.", by=rita)
    first, then = eva.decisions.order_by("at", "pk")
    assert (then.replaces, first.verdict, first.reason) == (first, "not", "Un point de moins.")
    assert deciding.latest(eva.decisions.all()) == then
    assert (then.by, then.at) == (rita, court.OVER)


def test_the_database_takes_one_first_decision_and_one_heir(list_: Deliberation, rita: Person) -> None:
    ana = named(list_, "Ana")
    court.decided(ana, "admitted", by=rita)
    first = ana.decisions.get()
    Decision.objects.create(candidate=ana, verdict="not", at=court.OVER, replaces=first)
    for replaces in (None, first):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(candidate=ana, verdict="not", at=court.OVER, replaces=replaces)


def test_who_is_not_before_the_jury_is_not_decided_of(list_: Deliberation, edition: Edition, rita: Person) -> None:
    other = court.frozen(court.prepared(edition, rita, "present"), rita)
    word = deciding.Word("not", "x")
    for candidates in ([], [named(list_, "Ana").pk, new_id()]):
        with pytest.raises(Refused):
            deciding.decide(
                act=cast.an_act("d"), deliberation=list_, candidates=candidates, word=word, by=rita, now=court.OVER
            )
    with pytest.raises(Refused):
        deciding.decide(
            act=cast.an_act("d"),
            deliberation=other,
            candidates=[named(list_, "Ana").pk],
            word=word,
            by=rita,
            now=court.OVER,
        )
    assert not Decision.objects.exists()


def test_a_jury_may_admit_on_the_track_below_and_on_no_other(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", "advanced", quiz=80, exam=10)
    row = court.frozen(court.prepared(edition, rita, "advanced"), rita)
    one = court.of(row, lea)
    for wrong in ("present", "team"):
        with pytest.raises(Refused):
            court.decided(one, "admitted", "x", by=rita, track=wrong)
    court.decided(one, "admitted", "Admise au parcours classique.", by=rita, track="classic")
    decision = one.decisions.get()
    assert (decision.track.key if decision.track else "") == "classic"


def test_absent_is_who_never_sat_what_is_asked_for_by_name(edition: Edition, rita: Person) -> None:
    gone = court.learner(edition, "Lea", "advanced", quiz=80)
    failed = court.learner(edition, "Max", "advanced", quiz=80, exam=10)
    row = court.frozen(court.prepared(edition, rita, "advanced"), rita)
    assert (court.of(row, gone).proposal, court.of(row, failed).proposal) == ("absent", "not")


def test_an_extension_given_to_one_makes_a_case_given_to_many_none(edition: Edition, rita: Person) -> None:
    alone, among = court.learner(edition, "Lea", quiz=80), court.learner(edition, "Max", quiz=80)
    for row, batch in ((alone, None), (among, new_id())):
        row.extensions.create(key="quiz", until=court.OVER, reason="Panne.", given_at=court.OVER, batch=batch)
    list_ = court.frozen(court.prepared(edition, rita, "classic"), rita)
    assert (court.of(list_, alone).apart, court.of(list_, among).apart) == (True, False)
    assert "Panne." in evidence.read(court.of(list_, alone).signs)[0].said


def test_somebody_is_set_apart_by_hand_and_no_longer(list_: Deliberation, rita: Person) -> None:
    ana, eva = named(list_, "Ana"), named(list_, "Eva")
    for why, apart in (("Identité à revoir.", True), ("", False)):
        deciding.set_apart(act=cast.an_act("a"), candidate=ana, why=why, by=rita, now=court.OVER)
        ana.refresh_from_db()
        assert (ana.apart, ana.why_apart) == (apart, why)
    deciding.set_apart(act=cast.an_act("a"), candidate=eva, why="", by=rita, now=court.OVER)
    eva.refresh_from_db()
    assert eva.apart, "her figures make her one"


def test_minutes_close_once_everybody_has_a_decision_and_open_again_until_they_are_filed(
    list_: Deliberation, rita: Person
) -> None:
    with pytest.raises(Refused):
        deliberating.close(act=cast.an_act("c"), deliberation=list_, by=rita, now=court.OVER)
    deciding.follow(act=cast.an_act("f"), deliberation=list_, by=rita, now=court.OVER)
    court.decided(named(list_, "Eva"), "admitted", "Un point.", by=rita)
    deliberating.close(act=cast.an_act("c"), deliberation=list_, by=rita, now=court.OVER)
    assert filing.print_minutes(list_.pk)
    assert not filing.print_minutes(list_.pk), "once"
    with pytest.raises(Refused):
        court.decided(named(list_, "Eva"), "not", "Non.", by=rita)
    deliberating.reopen(act=cast.an_act("o"), deliberation=list_, by=rita, now=court.OVER)
    court.decided(named(list_, "Eva"), "not", "Non.", by=rita)
    court.filed(list_, rita)
    for verb in (deliberating.reopen, deliberating.close):
        with pytest.raises(Refused):
            verb(act=cast.an_act("v"), deliberation=list_, by=rita, now=court.OVER)


def test_what_is_filed_is_a_whole_pdf(list_: Deliberation, rita: Person) -> None:
    deciding.follow(act=cast.an_act("f"), deliberation=list_, by=rita, now=court.OVER)
    court.decided(named(list_, "Eva"), "admitted", "Un point.", by=rita)
    deliberating.close(act=cast.an_act("c"), deliberation=list_, by=rita, now=court.OVER)
    with pytest.raises(Refused):
        court.file(list_, rita)  # not printed
    filing.print_minutes(list_.pk)
    list_.refresh_from_db()
    for wrong in (b"", b"PK\x03\x04", court.SIGNED[:-8], b"%PDF-1.7" + b" " * (filing.LARGEST + 1)):
        with pytest.raises(Refused):
            court.file(list_, rita, wrong)
    list_.refresh_from_db()
    assert list_.filed_at is None


def test_a_course_without_terms_of_appeal_or_of_a_track_that_is_not_its_own_has_no_jury(
    edition: Edition, rita: Person
) -> None:
    for tracks, module in (((), ""), (("nul",), ""), ((), "debut"), (("classic",), "suite")):
        with pytest.raises(Refused):
            court.prepared(edition, rita, *tracks, module=module)
    edition.course.about["certificate"].pop("recourse")
    with pytest.raises(Refused):
        court.prepared(edition, rita, "classic")


def test_where_a_jury_decides_nobody_gives_by_the_rule(edition: Edition, rita: Person) -> None:
    court.learner(edition, "Ana", quiz=80)
    with pytest.raises(Refused):
        actions.award_passed(edition=edition, track=edition.tracks.get(key="classic"), by=rita, now=court.OVER)
    assert not Award.objects.exists()


def test_there_may_be_several_and_one_that_was_given_up_judged_nobody(edition: Edition, rita: Person) -> None:
    court.learner(edition, "Ana", quiz=80)
    first = court.frozen(court.prepared(edition, rita, "classic"), rita)
    deliberating.cancel(act=cast.an_act("c"), deliberation=first, reason="Erreur de liste.", by=rita, now=court.OVER)
    second = court.frozen(court.prepared(edition, rita, "classic"), rita)
    assert (first.number, second.number, second.candidates.count()) == (1, 2, 1)
    with pytest.raises(Refused):
        deciding.follow(act=cast.an_act("f"), deliberation=first, by=rita, now=court.OVER)


def test_a_list_of_many_costs_the_queries_of_one_of_few(edition: Edition, rita: Person) -> None:
    counts = []
    for people in (3, 30):
        for n in range(people):
            court.learner(edition, f"P{people}-{n}", quiz=50 + n)
        row = court.prepared(edition, rita, "classic")
        deliberating.ask_freeze(act=cast.an_act("f"), deliberation=row, by=rita, now=court.OVER)
        with CaptureQueriesContext(connection) as caught:
            freezing.freeze(row.pk, now=court.OVER)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_jury_may_sit_before_the_edition_closes(edition: Edition, rita: Person) -> None:
    lea = court.learner(edition, "Lea", quiz=80)
    row = court.frozen(court.prepared(edition, rita, "classic", now=cast.MONDAY), rita, now=cast.MONDAY)
    assert court.of(row, lea).proposal == "admitted"
