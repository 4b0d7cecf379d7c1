"""A translation beside its source: drafts of one's own, lines that are proposed and approved, what changed since."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.subtitles import access, reading, translating
from preau.subtitles.access import Here
from preau.subtitles.models import Suggestion, Track
from preau.subtitles.translating import Side, Typed
from tests import cast
from tests.subtitles import stage as staging
from tests.subtitles.stage import ENGLISH, FRENCH, Stage, vtt

pytestmark = pytest.mark.django_db
State = Suggestion.State


def at(stage: Stage, who: Person, language: str = "es") -> Here:
    """Before a translation, begun when it is not there."""
    film = access.film(who, stage.edition.slug, stage.video, "fr", now=stage.now)
    row = film.tracks.get(language) or translating.begin(film, stage.track(), language)
    return access.here(who, film, row)


def write(stage: Stage, who: Person, place: int, text: str, *, propose: bool = True, **said: Any) -> Suggestion | None:
    """Write the line of the nth cue of the source."""
    here, source = at(stage, who, said.pop("language", "es")), stage.track()
    typed = Typed(text, said.pop("base", here.track.revision), said.pop("of", source.revision), propose)
    act = cast.an_act("subtitles.line", {"text": text, "n": str(new_id())}, stage.now)
    outcome = translating.write(act=act, at=here, source=source, key=stage.key(place), typed=typed)
    return Suggestion.objects.get(pk=outcome["suggestion"]) if "suggestion" in outcome else None


def side(stage: Stage, who: Person, place: int, language: str = "es") -> Side:
    found = translating.side(at(stage, who, language), stage.track(), stage.key(place))
    assert found is not None
    return found


def must(row: Suggestion | None) -> Suggestion:
    assert row is not None
    return row


def test_a_draft_is_its_authors_own(stage: Stage) -> None:
    ana, ben = stage.learner("Ana"), stage.learner("Ben")
    row = must(write(stage, ana, 0, "Hola a <i>todos</i>.", propose=False))
    assert (row.state, row.kind, row.keys) == (State.DRAFT, "line", [stage.key(0)])
    mine, others = side(stage, ana, 0), side(stage, ben, 0)
    assert (mine.state, mine.typed, mine.standing) == ("draft", "Hola a <i>todos</i>.", None)
    assert (others.state, others.typed, others.others) == ("", "", 0)
    path = f"{stage.base}suggestion/{row.pk}/"
    assert cast.browser(ana).get(path).status_code == 200
    assert cast.browser(ben).get(path).status_code == 404
    assert cast.browser(stage.reviewer("Rose")).get(path).status_code == 404
    assert "Hola" not in cast.browser(ben).get(f"{stage.base}es/suggestions/").content.decode()


def test_a_draft_is_changed_in_place_and_taken_away_by_emptying_it(stage: Stage) -> None:
    ana = stage.learner("Ana")
    first = must(write(stage, ana, 0, "Hola.", propose=False))
    second = must(write(stage, ana, 0, "Hola a todos.", propose=False))
    assert (first.pk, Suggestion.objects.count()) == (second.pk, 1)
    assert write(stage, ana, 0, " ", propose=False) is None
    assert not Suggestion.objects.exists()


def test_a_line_goes_from_draft_to_proposed_to_approved(stage: Stage) -> None:
    ana, ben = stage.learner("Ana"), stage.learner("Ben")
    write(stage, ana, 0, "Hola.", propose=False)
    row = must(write(stage, ana, 0, "Hola a todos."))
    assert row.state == State.OPEN
    assert (side(stage, ana, 0).state, side(stage, ben, 0).state, side(stage, ben, 0).others) == (
        *("proposed", "proposed"),
        1,
    )
    assert cast.browser().get(f"{stage.base}es/").status_code == 200
    stage.decide(stage.reviewer("Elena", "es"), row)
    line = reading.now(at(stage, ben).track).lines[0]
    assert (line.key, line.text, line.start, line.end, line.of, line.by) == (
        *(stage.key(0), "Hola a todos.", 0, 2000),
        *(1, ana.pk),
    )
    shown = side(stage, ben, 0)
    assert (shown.state, shown.typed, shown.changed) == ("approved", "Hola a todos.", False)
    assert stage.said() == list(FRENCH)


def test_three_who_are_trusted_approve_and_a_reviewer_of_another_language_does_not(stage: Stage) -> None:
    row = must(write(stage, stage.learner("Ana"), 1, "Empezamos ahora."))
    with pytest.raises(Refused):
        stage.decide(stage.reviewer("Rose", "fr"), row)
    for name in ("Un", "Deux"):
        assert not stage.support(stage.worker(name), row)["accepted"]
    assert stage.support(stage.worker("Trois"), row)["accepted"]
    assert side(stage, stage.learner("Ben"), 1).state == "approved"


def test_two_lines_of_different_people_both_wait(stage: Stage) -> None:
    ana, ben = stage.learner("Ana"), stage.learner("Ben")
    one, two = must(write(stage, ana, 0, "Hola.")), must(write(stage, ben, 0, "Buenos días."))
    assert one.pk != two.pk
    assert (side(stage, ana, 0).typed, side(stage, ben, 0).typed) == ("Hola.", "Buenos días.")
    stage.decide(stage.reviewer("Elena", "es"), two)
    with pytest.raises(Refused):
        stage.decide(stage.reviewer("Elena", "es"), one)  # another line stands there since
    one.refresh_from_db()
    assert one.state == State.OPEN


def test_who_rewrites_a_proposed_line_is_supported_anew(stage: Stage) -> None:
    ana = stage.learner("Ana")
    row = must(write(stage, ana, 0, "Hola."))
    stage.support(stage.worker("Un"), row)
    again = must(write(stage, ana, 0, "Hola a todos."))
    assert (again.pk, again.in_favour, again.supports.count()) == (row.pk, 0, 0)


def test_a_line_whose_source_changed_since_says_so(stage: Stage) -> None:
    ben = stage.learner("Ben")
    assert not side(stage, ben, 1, "en").changed, "what came in a file beside its source is as fresh as that"
    row = must(write(stage, stage.learner("Cleo"), 1, "Empezamos."))
    stage.decide(stage.reviewer("Elena", "es"), row)
    stage.accepted_words(1, "On ne commence pas.")
    assert side(stage, ben, 1).changed
    assert not side(stage, ben, 0).changed
    row = must(write(stage, stage.learner("Cleo"), 1, "No empezamos."))
    stage.decide(stage.reviewer("Elena", "es"), row)
    assert not side(stage, ben, 1).changed


def test_a_line_that_came_in_a_file_says_so_too(stage: Stage) -> None:
    ben = stage.learner("Ben")
    stage.accepted_words(1, "On ne commence pas.")
    assert [side(stage, ben, place, "en").changed for place in range(3)] == [False, True, False]


def test_a_line_says_so_still_when_its_file_came_again_with_other_times(stage: Stage) -> None:
    ben = stage.learner("Ben")
    row = must(write(stage, stage.learner("Cleo"), 1, "Let us begin.", language="en"))
    stage.decide(stage.reviewer("Rose"), row)
    stage.accepted_words(1, "On ne commence pas.")
    stage.later(hours=1)
    stage.deliver({**staging.FILES, "pert.en.srt": staging.srt(*ENGLISH, first=150)})
    assert stage.said("en")[1] == "Let us begin."
    assert side(stage, ben, 1, "en").changed


def test_nobody_has_read_a_source_that_is_yet_to_come(stage: Stage) -> None:
    row = must(write(stage, stage.learner("Cleo"), 1, "Empezamos.", of=2**31 - 1))
    stage.decide(stage.reviewer("Elena", "es"), row)
    stage.accepted_words(1, "On ne commence pas.")
    assert side(stage, stage.learner("Ben"), 1).changed


def test_the_same_words_are_approved_anew_after_the_source_changed(stage: Stage) -> None:
    cleo, elena = stage.learner("Cleo"), stage.reviewer("Elena", "es")
    stage.decide(elena, must(write(stage, cleo, 1, "Empezamos.")))
    with pytest.raises(Refused):
        write(stage, cleo, 1, "Empezamos.")
    stage.accepted_words(1, "On commence.")
    stage.decide(elena, must(write(stage, cleo, 1, "Empezamos.")))
    assert not side(stage, stage.learner("Ben"), 1).changed


def test_a_translation_stands_at_the_times_of_its_source(stage: Stage) -> None:
    stage.decide(stage.reviewer("Elena", "es"), must(write(stage, stage.learner("Ana"), 1, "Empezamos.")))
    moved = stage.suggest(stage.learner("Ana"), 1, "", kind="timing", start=2500, end=3500)
    stage.decide(stage.reviewer("Rose"), moved)
    assert stage.times("es") == [(2500, 3500)]
    assert stage.times("en")[1] == (2500, 3500)
    assert "00:00:02,500 --> 00:00:03,500" in cast.browser().get(f"{stage.base}en.srt").content.decode()


def test_how_far_it_is(stage: Stage) -> None:
    source = reading.now(stage.track())
    assert translating.progress(source, reading.now(stage.track("en"))) == (4, 4)
    stage.decide(stage.reviewer("Elena", "es"), must(write(stage, stage.learner("Ana"), 1, "Empezamos.")))
    assert translating.progress(source, reading.now(stage.track("es"))) == (1, 4)


def test_what_a_file_translated_is_corrected_line_by_line_too(stage: Stage) -> None:
    key = stage.key(1)
    row = must(write(stage, stage.learner("Ana"), 1, "Let us begin right now.", language="en"))
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said("en") == [ENGLISH[0], "Let us begin right now.", *ENGLISH[2:]]
    assert stage.key(1, "en") == key


def test_what_makes_a_line_hard_to_read_is_said(stage: Stage) -> None:
    ana = stage.learner("Ana")
    write(stage, ana, 0, "Hola " * 30, propose=False)
    assert {"fast", "long-line"} <= {one.code for one in side(stage, ana, 0).warnings}


def test_the_page_of_a_translation_shows_both_sides_and_what_to_mind(tmp_path: Path) -> None:
    stage = staging.made(tmp_path, timezone.now(), {"pert.fr.vtt": vtt(*FRENCH, *(f"Ligne {n}." for n in range(40)))})
    ana, path = cast.browser(stage.learner("Ana")), f"{stage.base}en/translate/"
    assert ana.get(path).status_code == 200, "who opens it begins it"
    stage.decide(stage.reviewer("Emma", "en"), must(write(stage, stage.person("Ana"), 1, "We begin.", language="en")))
    write(stage, stage.person("Ana"), 0, "Hello " * 30, propose=False, language="en")
    write(stage, stage.learner("Ben"), 2, "The critical path,", language="en")
    stage.accepted_words(1, "On ne commence pas.")
    page = ana.get(path).content.decode()
    assert page.count("<textarea") == translating.A_PAGE
    assert [page.count(f'class="state {state}"') for state in ("late", "soon", "pending", "done")] == [1] * 4
    assert "We begin." in page
    assert "Bonjour à <i>tous</i>." in page
    assert ana.get(f"{path}?page=2").content.decode().count("<textarea") == 14


@pytest.mark.parametrize("text", ["", " \n", "x" * 501])
def test_an_empty_or_endless_line_is_not_proposed(stage: Stage, text: str) -> None:
    with pytest.raises(Refused):
        write(stage, stage.learner("Ana"), 0, text)
    assert not Suggestion.objects.exists()


def test_the_database_keeps_one_draft_of_a_line_for_each(stage: Stage) -> None:
    row = must(write(stage, stage.learner("Ana"), 0, "Hola.", propose=False))
    row.pk = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_an_address_of_no_language_begins_nothing(stage: Stage) -> None:
    ana = cast.browser(stage.learner("Ana"))
    before = Track.objects.count()
    for language in ("tlh", "fr", "zz-zz"):
        assert ana.get(f"{stage.base}{language}/translate/").status_code == 404
    assert cast.browser().get(f"{stage.base}es/translate/").status_code == 302
    assert cast.browser(stage.person("Zoe")).get(f"{stage.base}es/translate/").status_code == 404
    assert Track.objects.count() == before


def test_a_line_through_its_form_comes_back_as_it_is_kept_or_as_it_was_typed(stage: Stage) -> None:
    key, ana = stage.key(0), cast.script(stage.learner("Ana"))
    path = f"{stage.base}en/translate/{key}/"
    form: dict[str, Any] = {"base": "1", "of": "1"}
    reply = ana.post(path, cast.form(**form, text="Hi everybody.", draft="1"))
    assert (reply.status_code, "Hi everybody.") == (200, Suggestion.objects.get().proposal[0]["text"])
    assert "Hi everybody." in reply.content.decode()
    reply = ana.post(path, cast.form(**form, text="y" * 501, propose="1"))
    assert reply.status_code == 422
    assert "y" * 501 in reply.content.decode()
    assert ana.post(path, cast.form(text="z")).status_code == 422
