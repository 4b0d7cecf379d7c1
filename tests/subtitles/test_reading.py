"""The words of a video as they are read: the transcript and the files, kept by browsers until they change."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preau.subtitles import drawing, reading, srt, webvtt
from tests import cast
from tests.subtitles.stage import FILES, FRENCH, Stage, vtt

pytestmark = pytest.mark.django_db


# What each page reads, the device with its person included; outlines and words are kept from one request to the next.
BUDGETS = {"fr/": 4, "fr.vtt": 4, "fr/mine/": 12, "fr/suggestions/": 12, "fr/history/": 8, "en/translate/": 12}


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_keeps_to_its_budget_however_much_there_is(stage: Stage, path: str) -> None:
    reader, address = cast.script(stage.learner("Ana")), stage.base + path
    reader.get(address)
    with CaptureQueriesContext(connection) as few:
        assert reader.get(address).status_code == 200
    for place in range(3):
        for name in ("Ben", "Cleo", "Dia"):
            stage.suggest(stage.learner(name), place, f"Autrement, dit {name} {place}.")
    reader.get(address)
    with CaptureQueriesContext(connection) as many:
        assert reader.get(address).status_code == 200
    assert len(many) <= max(len(few), BUDGETS[path])
    assert len(few) <= BUDGETS[path]


def again(reader: Client, path: str, tag: str) -> int:
    """The status of a browser that has it already."""
    return reader.get(path, headers={"If-None-Match": tag}).status_code


@pytest.mark.parametrize("path", ["fr/", "fr.vtt", "fr.srt", "fr.txt"])
def test_what_did_not_change_is_not_sent_again(stage: Stage, path: str) -> None:
    reader, address = cast.script(), stage.base + path
    tag = reader.get(address).headers["ETag"]
    assert again(reader, address, tag) == 304
    stage.accepted_words(1, "On commence maintenant.")
    assert again(reader, address, tag) == 200


def test_a_translation_is_sent_again_when_the_times_of_its_source_moved(stage: Stage) -> None:
    reader, address = cast.script(), f"{stage.base}en.vtt"
    tag = reader.get(address).headers["ETag"]
    moved = stage.suggest(stage.learner("Ana"), 1, "", kind="timing", start=2500, end=3500)
    stage.decide(stage.reviewer("Rose"), moved)
    reply = reader.get(address, headers={"If-None-Match": tag})
    assert reply.status_code == 200
    assert "00:00:02.500 --> 00:00:03.500" in reply.content.decode()


def test_a_transcript_is_sent_again_when_another_language_came(stage: Stage) -> None:
    reader, address = cast.script(), f"{stage.base}fr/"
    tag = reader.get(address).headers["ETag"]
    stage.deliver({**FILES, "pert.de.vtt": vtt("Hallo")})
    reply = reader.get(address, headers={"If-None-Match": tag})
    assert reply.status_code == 200
    assert f"{stage.base}de/" in reply.content.decode()


def test_files_hold_what_stands_and_are_read_back(stage: Stage) -> None:
    stage.accepted_words(1, "On commence <b>maintenant</b> & vite.")
    reader = cast.browser()
    written = {kind: reader.get(f"{stage.base}fr.{kind}").content for kind in ("vtt", "srt", "txt")}
    said = [*FRENCH[:1], "On commence <b>maintenant</b> &amp; vite.", *FRENCH[2:]]
    for read in (webvtt.parse(written["vtt"]), srt.parse(written["srt"])):
        assert [cue.text for cue in read.cues] == said
        assert [(cue.start, cue.end) for cue in read.cues] == [(0, 2), (2, 4), (4, 6), (6, 8)]
    assert [cue.id for cue in webvtt.parse(written["vtt"]).cues] == [stage.key(place) for place in range(4)]
    assert " ".join(written["txt"].decode().split()) == (
        "Bonjour à tous. On commence maintenant & vite. Le chemin critique, c'est la plus longue suite."
    )


def test_a_file_to_keep_is_called_as_the_video_and_its_language(stage: Stage) -> None:
    reader = cast.browser()
    for path, name in (("fr.vtt?keep", "pert.fr.vtt"), ("en.srt", "pert.en.srt"), ("fr.txt", "pert.fr.txt")):
        assert reader.get(stage.base + path).headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "Content-Disposition" not in reader.get(f"{stage.base}fr.vtt").headers


def test_a_transcript_is_the_same_for_everybody_and_drawn_once(stage: Stage) -> None:
    stage.suggest(stage.learner("Ana"), 1)
    address = f"{stage.base}fr/"
    pages = {cast.script(who).get(address).content for who in (None, stage.person("Ana"), stage.reviewer("Rose"))}
    assert len(pages) == 1
    reading._now.cache_clear()
    drawing._transcript.cache_clear()
    reader = cast.script()
    reader.get(address)
    drawn = drawing._transcript.cache_info()
    with CaptureQueriesContext(connection) as seen:
        reader.get(address)
    assert drawing._transcript.cache_info().misses == drawn.misses
    assert not [
        query for query in seen.captured_queries if "subtitles_cue" in query["sql"] and "EXISTS" not in query["sql"]
    ]


def test_the_transcript_by_itself_is_a_page(stage: Stage) -> None:
    page = cast.browser().get(f"{stage.base}fr/").content.decode()
    assert "<main" in page
    assert "Bonjour à <i>tous</i>." in page
    assert 'lang="fr"' in page
