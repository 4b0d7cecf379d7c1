"""Suggestions: every kind, who supports and who decides, what became stale, what their authors hear."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.subtitles import pages, reading, rules, suggesting
from preau.subtitles.models import Cue, Revision, Suggestion, Support
from preau.subtitles.suggesting import Given
from tests import cast
from tests.subtitles.stage import FRENCH, Stage

pytestmark = pytest.mark.django_db
State = Suggestion.State


def again(row: Suggestion) -> Suggestion:
    row.refresh_from_db()
    return row


def test_other_words_stand_with_their_authors_name(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    before = stage.cue(1)
    row = stage.suggest(ana, 1, "On commence <i>maintenant</i> & <s>vite</s>.", comment="un m")
    assert (row.state, row.quote, row.before, row.after) == (
        *("open", "On comence maintenant.", "Bonjour à tous."),
        "Le chemin critique,",
    )
    assert stage.said() == list(FRENCH), "nothing stands before it is accepted"
    outcome = stage.decide(rose, row)
    assert outcome == {"suggestion": str(row.pk), "accepted": True, "revision": 2}
    after = stage.cue(1)
    assert after.text == "On commence <i>maintenant</i> &amp; &lt;s&gt;vite&lt;/s&gt;."
    assert (after.key, after.start, after.end, after.since, after.by) == (before.key, 2000, 4000, 2, ana)
    before.refresh_from_db()
    assert (before.until, before.text) == (2, "On comence maintenant.")
    made = Revision.objects.get(track=row.track, number=2)
    assert (made.what, made.by, made.suggestion_id) == ("suggestion", ana, row.pk)
    assert (again(row).state, row.decided_by, row.revision) == (State.ACCEPTED, rose, 2)
    assert stage.said() == [FRENCH[0], after.text, *FRENCH[2:]]


def test_other_times(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1, "", kind="timing", start=2300, end=4100)
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.times() == [(0, 2000), (2300, 4100), (4000, 6000), (6000, 8000)]
    assert stage.said() == list(FRENCH)


def test_in_two(stage: Stage) -> None:
    key = stage.key(1)
    given = {"kind": "split", "second": "maintenant.", "at": 3000}
    row = stage.suggest(stage.learner("Ana"), 1, "On commence", **given)
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said()[1:3] == ["On commence", "maintenant."]
    assert stage.times()[1:3] == [(2000, 3000), (3000, 4000)]
    assert stage.key(1) == key
    assert stage.cue(1).origins == stage.cue(2).origins == [key]
    assert len({stage.key(place) for place in range(5)}) == 5


def test_two_as_one(stage: Stage) -> None:
    keys = [stage.key(2), stage.key(3)]
    row = stage.suggest(stage.learner("Ana"), 2, "Le chemin critique, la plus longue suite.", kind="merge")
    assert row.keys == keys
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said() == [*FRENCH[:2], "Le chemin critique, la plus longue suite."]
    assert stage.times()[-1] == (4000, 8000)
    assert stage.key(2) == keys[0]
    assert stage.cue(2).origins == keys
    assert not Cue.objects.filter(key=keys[1], track=row.track, until=None).exists()


def test_what_is_unclear_is_reported_and_settled_without_a_change(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    row = stage.suggest(ana, 1, "", kind="unclear", comment="Le mot du milieu ?")
    for name in ("Un", "Deux", "Trois", "Quatre"):
        stage.support(stage.worker(name), row)
    assert (again(row).state, row.in_favour) == (State.OPEN, 4), "three may agree, only a reviewer settles it"
    stage.decide(rose, row)
    assert (again(row).state, row.revision) == (State.ACCEPTED, None)
    assert stage.track().revision == 1
    assert stage.said() == list(FRENCH)


def test_settling_what_is_unclear_does_not_say_that_new_words_stand(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1, "", kind="unclear", comment="Le mot du milieu ?")
    with translation.override("en"):
        assert pages.told(stage.decide(stage.reviewer("Rose"), row)) == "Noted. Thank you."


NONSENSE: list[tuple[int, dict[str, Any]]] = [
    (1, {"text": "On comence maintenant."}),
    (1, {"text": " \n"}),
    (1, {"text": "x" * 501}),
    (1, {"kind": "timing", "start": 2000, "end": 4000}),
    (1, {"kind": "timing", "start": 2000, "end": None}),
    (1, {"kind": "timing", "start": 2000, "end": 2100}),
    (2, {"kind": "timing", "start": 1000, "end": 6000}),
    (1, {"kind": "timing", "start": 2000, "end": 7000}),
    (1, {"kind": "split", "text": "a", "second": "b", "at": 2000}),
    (1, {"kind": "split", "text": "a", "second": "b"}),
    (1, {"kind": "split", "text": "a", "second": "", "at": 3000}),
    (3, {"kind": "merge", "text": "a"}),
    (1, {"kind": "line", "text": "a"}),
]


@pytest.mark.parametrize(("place", "given"), NONSENSE)
def test_nonsense_is_refused(stage: Stage, place: int, given: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        stage.suggest(stage.learner("Ana"), place, **{"text": "", **given})
    assert not Suggestion.objects.exists()


def test_what_changed_meanwhile_is_kept_and_its_author_looks_again(stage: Stage) -> None:
    ben, rose = stage.learner("Ben"), stage.reviewer("Rose")
    key = stage.key(1)
    stage.accepted_words(1, "On commence maintenant.")
    row = stage.suggest(ben, 1, "On commença maintenant.", key=key, base=1)
    assert (row.state, row.base, row.quote) == (State.OPEN, 1, "On comence maintenant.")
    for name in ("Un", "Deux", "Trois", "Quatre"):
        assert stage.support(stage.worker(name), row)["accepted"] is False
    with pytest.raises(Refused):
        stage.decide(rose, row)
    assert stage.said()[1] == "On commence maintenant."
    given = Given("words", stage.track().revision, "On commença enfin.")
    act = cast.an_act("subtitles.rebase", now=stage.now)
    outcome = suggesting.rebase(act=act, at=stage.before(ben, row), row=row, given=given)
    assert outcome == {"suggestion": str(row.pk), "stale": False}
    assert (again(row).in_favour, row.supports.count()) == (0, 0), "who supported the former says so again"
    assert row.quote == "On commence maintenant."
    stage.decide(rose, row)
    assert stage.said()[1] == "On commença enfin."


def test_a_change_elsewhere_makes_nothing_stale(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ben"), 1)
    stage.accepted_words(0, "Bonsoir.")
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said()[:2] == ["Bonsoir.", "On commence maintenant."]


def test_a_suggestion_on_what_is_gone_is_kept(stage: Stage) -> None:
    key = stage.key(3)
    joined = stage.suggest(stage.learner("Ana"), 2, "Le chemin critique.", kind="merge")
    stage.decide(stage.reviewer("Rose"), joined)
    row = stage.suggest(stage.learner("Ben"), 3, "La plus longue suite.", key=key, base=1)
    assert (row.first, row.quote) == (key, FRENCH[3])
    assert suggesting.is_stale(row, reading.now(stage.track()))
    with pytest.raises(Refused):
        stage.decide(stage.reviewer("Rose"), row)


def test_a_rebase_is_of_the_same_kind(stage: Stage) -> None:
    ben, rose = stage.learner("Ben"), stage.reviewer("Rose")
    row = stage.suggest(ben, 1)
    act = cast.an_act("subtitles.rebase", now=stage.now)
    with pytest.raises(Refused):
        suggesting.rebase(act=act, at=stage.before(ben, row), row=row, given=Given("unclear", 1))
    assert stage.decide(rose, again(row))["accepted"]


def test_two_who_report_something_unclear_are_both_read(stage: Stage) -> None:
    for name in ("Ana", "Ben"):
        stage.suggest(stage.learner(name), 1, "", kind="unclear", comment=f"{name} n'entend pas.")
    said = set(Suggestion.objects.values_list("comment", flat=True))
    assert said == {"Ana n'entend pas.", "Ben n'entend pas."}


def test_nobody_has_seen_a_revision_that_is_yet_to_come(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ben"), 1, "Volé.", base=2**31 - 1)
    stage.accepted_words(1, "On commence maintenant.")
    with pytest.raises(Refused):
        stage.decide(stage.reviewer("Rose"), row)
    assert stage.said()[1] == "On commence maintenant."


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "timing", "start": 2300, "end": 4000},
        {"kind": "split", "text": "Let us", "second": "begin now.", "at": 3000},
        {"kind": "merge", "text": "Let us begin the critical path"},
    ],
)
def test_the_times_of_a_translation_are_its_sources(stage: Stage, given: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        stage.suggest(stage.learner("Ana"), 1, language="en", **{"text": "", **given})
    row = stage.suggest(stage.learner("Ana"), 1, "Let us begin.", language="en")
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said("en")[1] == "Let us begin."


def test_nobody_rebases_or_withdraws_anothers(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    ben = stage.learner("Ben")
    at = stage.before(ben, row)
    with pytest.raises(Refused):
        suggesting.rebase(act=cast.an_act("r", now=stage.now), at=at, row=row, given=Given("words", 1, "Volé."))
    with pytest.raises(Refused):
        suggesting.withdraw(act=cast.an_act("w", now=stage.now), at=at, row=row)
    assert (again(row).state, row.proposal[0]["text"]) == (State.OPEN, "On commence maintenant.")


def test_the_same_by_another_becomes_support(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    same = stage.suggest(stage.worker("Ben"), 1)
    assert same.pk == row.pk
    assert (Suggestion.objects.count(), again(row).in_favour) == (1, 1)
    stage.suggest(stage.worker("Cleo"), 1)
    stage.suggest(stage.worker("Dan"), 1)
    assert again(row).state == State.ACCEPTED
    assert stage.cue(1).by == row.author


def test_an_act_sent_twice_counts_once(stage: Stage) -> None:
    ana = stage.learner("Ana")
    at, key, given = stage.here(ana), stage.key(1), Given("words", 1, "On commence.")
    act = cast.an_act("subtitles.suggest", {"text": given.text}, stage.now)
    first = suggesting.suggest(act=act, at=at, key=key, given=given)
    assert suggesting.suggest(act=act, at=at, key=key, given=given) == first
    row = Suggestion.objects.get()
    act = cast.an_act("subtitles.decide", {}, stage.now)
    rose = stage.before(stage.reviewer("Rose"), row)
    said: dict[str, Any] = {"at": rose, "row": row, "accept": True, "reason": ""}
    assert suggesting.decide(act=act, **said) == suggesting.decide(act=act, **said)
    assert stage.track().revision == 2


def test_one_takes_ones_own_back(stage: Stage) -> None:
    ana = stage.learner("Ana")
    row = stage.suggest(ana, 1)
    assert suggesting.withdraw(act=cast.an_act("w", now=stage.now), at=stage.before(ana, row), row=row)["withdrawn"]
    assert again(row).state == State.WITHDRAWN
    with pytest.raises(Refused):
        stage.decide(stage.reviewer("Rose"), row)
    with pytest.raises(Refused):
        stage.support(stage.worker("Ben"), row)


def test_a_flood_is_refused_for_an_hour(stage: Stage) -> None:
    ana = stage.learner("Ana")
    many(stage, [ana], rules.AN_HOUR)
    with pytest.raises(Refused):
        stage.suggest(ana, 1)
    stage.suggest(stage.learner("Ben"), 1)
    stage.later(minutes=61)
    stage.suggest(ana, 1)


def many(stage: Stage, authors: Sequence[Person], count: int, *, places: Sequence[int] = (1,)) -> None:
    """So many open suggestions at these cues."""
    track, edition = stage.track(), stage.edition
    cues = [reading.now(track).lines[place] for place in places]
    Suggestion.objects.bulk_create(
        Suggestion(
            id=new_id(),
            track=track,
            kind="words",
            first=cue.key,
            keys=[cue.key],
            base=track.revision,
            proposal=[{"start": cue.start, "end": cue.end, "text": f"Proposition {number}."}],
            quote=cue.said,
            author=authors[number % len(authors)],
            edition=edition,
            made_at=stage.now,
        )
        for number in range(count)
        for cue in [cues[number % len(cues)]]
    )


def test_a_strangers_door_is_closed(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    for who in (stage.person("Mallory"), None):
        client = cast.script(who)
        reply = client.post(f"{stage.base}suggestion/{row.pk}/support/", cast.form(value="1"))
        assert reply.status_code in (401, 404)
    assert not Support.objects.exists()


def test_a_suggestion_is_found_by_its_own_video_only_and_by_who_takes_part(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    course = stage.edition.course
    other = cast.edition(slug="thin-2", of=course.versions.get(), opens=stage.edition.opens_at)
    zoe = cast.browser(stage.person("Zoe"))
    cast.enrolment(stage.person("Zoe"), other, at=other.opens_at)
    path = f"video/{stage.video}/suggestion/{row.pk}/"
    assert zoe.get(f"/e/{other.slug}/{path}").status_code == 200, "the next session goes on with the same words"
    assert zoe.get(f"/e/{stage.edition.slug}/{path}").status_code == 404
    assert zoe.get(f"/e/{other.slug}/video/{row.pk}/suggestion/{row.pk}/").status_code == 404


FORMS: dict[str, dict[str, str]] = {
    "words": {"text": "On commence."},
    "timing": {"start": "0:02.3", "end": "4,1"},
    "split": {"text": "On commence", "second": "maintenant.", "at": "0:03"},
    "merge": {"text": "On commence le chemin critique,"},
    "unclear": {"comment": "Le mot du milieu ?"},
}


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("script", [True, False])
def test_every_kind_goes_through_its_form(stage: Stage, kind: str, script: bool) -> None:
    reader = (cast.script if script else cast.browser)(stage.learner("Ana"))
    path = f"{stage.base}fr/cue/{stage.key(1)}/"
    assert f'value="{kind}"' in reader.get(path).content.decode()
    form: dict[str, Any] = {"kind": kind, "base": "1", **FORMS[kind]}
    assert reader.post(f"{path}suggest/", cast.form(**form)).status_code == (200 if script else 302)
    row = Suggestion.objects.get()
    assert (row.kind, len(row.proposal)) == (kind, {"split": 2, "unclear": 0}.get(kind, 1))
    assert reader.get(f"{stage.base}suggestion/{row.pk}/").status_code == 200
    if kind == "timing":
        assert (row.proposal[0]["start"], row.proposal[0]["end"]) == (2300, 4100)


@pytest.mark.parametrize("typed", ["", "x", "1:2:3:4", "9" * 50])
def test_a_time_that_is_none_comes_back_as_it_was_typed(stage: Stage, typed: str) -> None:
    form: dict[str, Any] = {"kind": "timing", "base": "1", "start": typed, "end": "0:03.75"}
    reply = cast.script(stage.learner("Ana")).post(f"{stage.base}fr/cue/{stage.key(1)}/suggest/", cast.form(**form))
    assert reply.status_code == 422
    page = reply.content.decode()
    assert 'value="0:03.75"' in page
    assert not typed or f'value="{typed}"' in page
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("kind", FORMS)
def test_what_changed_meanwhile_is_proposed_anew_through_its_form(stage: Stage, kind: str) -> None:
    reader, key = cast.browser(stage.learner("Ben")), stage.key(1)
    stage.accepted_words(1, "On commence donc.")
    form: dict[str, Any] = {"kind": kind, **FORMS[kind]}
    reader.post(f"{stage.base}fr/cue/{key}/suggest/", cast.form(**form, base="1"))
    row = Suggestion.objects.get(state="open")
    path = f"{stage.base}suggestion/{row.pk}/"
    assert f'action="{path}rebase/"' in reader.get(path).content.decode()
    reply = reader.post(f"{path}rebase/", cast.form(**form, base="2"))
    assert reply.headers["Location"] == path
    assert "rebase/" not in reader.get(path).content.decode()
    stage.decide(stage.reviewer("Rose"), row)
    assert again(row).state == State.ACCEPTED


def test_it_goes_through_the_pages_too(stage: Stage) -> None:
    ana, rose, key = cast.script(stage.learner("Ana")), cast.script(stage.reviewer("Rose")), stage.key(1)
    form: dict[str, Any] = {"kind": "words", "base": "1"}
    reply = ana.post(f"{stage.base}fr/cue/{key}/suggest/", cast.form(**form, text="On comence maintenant."))
    assert reply.status_code == 422
    assert "On comence maintenant." in reply.content.decode(), "what was typed is still there"
    reply = ana.post(f"{stage.base}fr/cue/{key}/suggest/", cast.form(**form, text="On commence."))
    assert reply.status_code == 200
    row = Suggestion.objects.get()
    reply = rose.post(f"{stage.base}suggestion/{row.pk}/decide/", cast.form(accept="0"))
    assert reply.status_code == 422
    reply = rose.post(f"{stage.base}suggestion/{row.pk}/decide/", cast.form(accept="1"))
    assert (reply.status_code, reply.headers.get("HX-Trigger-After-Settle")) == (200, "words")
    assert "On commence." in cast.browser().get(f"{stage.base}fr/").content.decode()
