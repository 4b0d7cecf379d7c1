"""What somebody keeps for themself: notes that follow their words, and where they stopped."""

import pytest

from preau.audit.http import Refused
from preau.subtitles import keeping, reading
from preau.subtitles.keeping import Kept
from preau.subtitles.models import Note, Position
from tests import cast
from tests.subtitles.stage import FILES, FRENCH, RECUT, Stage, vtt

pytestmark = pytest.mark.django_db


def note(stage: Stage, name: str, place: int, text: str, *, key: str = "", language: str = "fr") -> bool:
    act = cast.an_act("subtitles.note", {"text": text}, stage.now)
    at = stage.here(stage.learner(name), language)
    outcome = keeping.note(act=act, at=at, key=key or stage.key(place, language), text=text)
    return bool(outcome["kept"])


def notes(stage: Stage, name: str, language: str = "fr") -> list[Kept]:
    return list(keeping.notes(stage.learner(name), stage.video, reading.now(stage.track(language))))


def test_a_note_is_kept_changed_and_taken_away(stage: Stage) -> None:
    assert note(stage, "Ana", 1, "À revoir.")
    row = Note.objects.get()
    assert (row.text, row.key, row.at, row.quote) == ("À revoir.", stage.key(1), 2000, FRENCH[1])
    stage.later(minutes=5)
    assert note(stage, "Ana", 1, "Revu.")
    row.refresh_from_db()
    assert (row.text, row.changed_at > row.made_at) == ("Revu.", True)
    assert not note(stage, "Ana", 1, " \n")
    assert not Note.objects.exists()


def test_a_note_is_of_a_bounded_length_and_at_words_that_are_there(stage: Stage) -> None:
    for place, text, key in ((1, "x" * 2001, ""), (1, "x", "nowhere2")):
        with pytest.raises(Refused):
            note(stage, "Ana", place, text, key=key)
    assert not Note.objects.exists()


def test_nobody_else_reads_a_note(stage: Stage) -> None:
    note(stage, "Ana", 1, "Secret d'Ana.")
    key = stage.key(1)
    stage.learner("Ben")
    cast.role(stage.person("Tom"), "teacher", edition=stage.edition)
    cast.role(stage.person("Dora"), "administrator")
    paths = ["fr/", "fr/mine/", f"fr/cue/{key}/", "fr/suggestions/", "fr/history/", "en/mine/", f"en/cue/{key}/"]
    seen = {}
    for name in ("Ana", "Ben", "Tom", "Dora", ""):
        reader = cast.script(stage.person(name) if name else None)
        seen[name] = sum("Secret" in reader.get(stage.base + path).content.decode() for path in paths)
    assert seen == {"Ana": 4, "Ben": 0, "Tom": 0, "Dora": 0, "": 0}


def test_a_note_is_read_in_whatever_language(stage: Stage) -> None:
    note(stage, "Ana", 1, "À revoir.", language="en")
    assert [(one.key, one.at) for one in notes(stage, "Ana", "fr")] == [(stage.key(1), 2.0)]


def test_a_new_cut_moves_notes_with_their_words(stage: Stage) -> None:
    for place in (3, 1):
        note(stage, "Ana", place, f"Note {place}")
    stage.later(hours=1)
    stage.deliver({**FILES, "pert.fr.vtt": vtt("Un nouveau début.", *FRENCH, first=1000)}, RECUT)
    assert [(one.note.text, one.key, one.at) for one in notes(stage, "Ana")] == [
        ("Note 1", stage.key(2), 5.0),
        ("Note 3", stage.key(4), 9.0),
    ]


def test_a_note_whose_words_are_gone_is_told_and_kept(stage: Stage) -> None:
    note(stage, "Ana", 1, "À revoir.")
    note(stage, "Ana", 2, "Et cela.")
    stage.later(hours=1)
    stage.deliver({**FILES, "pert.fr.vtt": vtt(FRENCH[0], *FRENCH[2:])}, RECUT)
    found = notes(stage, "Ana")
    assert [(one.note.text, one.key) for one in found] == [("Et cela.", stage.key(1)), ("À revoir.", None)]
    page = cast.script(stage.person("Ana")).get(f"{stage.base}fr/mine/").content.decode()
    assert "À revoir." in page
    assert FRENCH[1] in page, "the words that it was at"


def test_a_note_finds_its_words_under_another_name(stage: Stage) -> None:
    note(stage, "Ana", 1, "À revoir.")
    Note.objects.update(key="anothr22")
    assert [one.key for one in notes(stage, "Ana")] == [stage.key(1)]


def test_where_somebody_stopped_is_theirs_and_the_last_one_told(stage: Stage) -> None:
    ana, ben = cast.browser(stage.learner("Ana")), stage.learner("Ben")
    path = f"{stage.base}position/"
    for at in ("12.5", "62.25", "7"):
        assert ana.post(path, {"at": at}).status_code == 204
    assert keeping.position(stage.person("Ana"), stage.video) == 7
    assert keeping.position(ben, stage.video) == 0
    assert Position.objects.count() == 1
    ana.post(path, {"at": "61.25"})
    assert 'data-play="61250"' in cast.script(stage.person("Ana")).get(f"{stage.base}fr/mine/").content.decode()
    assert "data-play" not in cast.script(ben).get(f"{stage.base}fr/mine/").content.decode()


@pytest.mark.parametrize("at", ["", "x", "-1", "nan", "inf", "1e9", "1e400"])
def test_a_place_that_is_none_is_not_kept(stage: Stage, at: str) -> None:
    ana = cast.browser(stage.learner("Ana"))
    assert ana.post(f"{stage.base}position/", {"at": at}).status_code in (204, 422)
    assert not Position.objects.exists()


def test_a_note_through_its_form(stage: Stage) -> None:
    ana, path = cast.script(stage.learner("Ana")), f"{stage.base}fr/cue/{stage.key(1)}/note/"
    assert ana.post(path, cast.form(text="À <b>revoir</b>.")).status_code == 200
    assert "À &lt;b&gt;revoir&lt;/b&gt;." in ana.get(f"{stage.base}fr/mine/").content.decode()
    reply = ana.post(path, cast.form(text="z" * 2001))
    assert reply.status_code == 422
    assert "z" * 2001 in reply.content.decode()
    assert cast.script(stage.person("Zoe")).post(path, cast.form(text="x")).status_code == 404
