"""Where something is said: accents, words near each other, and only what the reader may see."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from preau.courses.models import Edition
from preau.subtitles import finding
from preau.subtitles.models import Track
from tests import cast
from tests.subtitles import stage as staging
from tests.subtitles.stage import FRENCH, Stage, srt, vtt


def found(stage: Stage, asked: str, language: str = "fr") -> list[str]:
    """What is said where all of it is."""
    return [one.text for one in finding.moments([stage.track(language).pk], asked)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Où ÊTES-vous ?", "ou etes-vous ?"),
        ("L\u2019œuvre d'Æsop", "l'oeuvre d'aesop"),
        ("STRASSE Straße", "strasse strasse"),
        ("  deux\n lignes\t", "deux lignes"),
        ("e\u0301te\u0301 été", "ete ete"),
        ("ﬁn", "fin"),
    ],
)
def test_words_are_folded(text: str, folded: str) -> None:
    assert finding.folded(text) == folded


@given(st.text(max_size=60))
def test_what_is_folded_stays_so(text: str) -> None:
    once = finding.folded(text)
    assert finding.folded(once) == once
    assert finding.folded(text.swapcase().swapcase().casefold()) == finding.folded(text.casefold())


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["bonjour", "BONJOUR À", "bônjöür tous", "njou", "tous bonjour", "bonjour bonjour"])
def test_accents_and_capitals_and_order_do_not_count(stage: Stage, asked: str) -> None:
    assert found(stage, asked) == [FRENCH[0]]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["absent", "bonjour absent", "", " ", "%", "_", "\\", "<i>", "i>tous"])
def test_what_nobody_says_is_not_found(stage: Stage, asked: str) -> None:
    assert found(stage, asked) == []


@pytest.mark.django_db
def test_what_stood_before_and_what_only_waits_is_not_found(stage: Stage) -> None:
    stage.accepted_words(1, "On démarre.")
    stage.suggest(stage.learner("Ben"), 1, "On décolle.")
    assert found(stage, "comence") == []
    assert found(stage, "decolle") == []
    assert found(stage, "demarre") == ["On démarre."]


@pytest.mark.django_db
def test_words_are_found_when_they_are_said_within_a_quarter_of_a_minute(tmp_path: Path) -> None:
    texts = ["critique"] + ["et"] * 6 + ["chemin", "et", "chemin"]
    stage = staging.made(tmp_path, timezone.now(), {"pert.fr.vtt": vtt(*texts)})
    assert found(stage, "critique chemin") == ["critique"], "14 seconds"
    texts.insert(1, "et")
    stage.deliver({"pert.fr.vtt": vtt(*texts)})
    assert found(stage, "critique chemin") == [], "16 seconds"


@pytest.mark.django_db
def test_one_moment_is_shown_once(tmp_path: Path) -> None:
    texts = ["Le délai."] * 7 + ["Rien."] * 3 + ["Le délai."]
    stage = staging.made(tmp_path, timezone.now(), {"pert.fr.vtt": vtt(*texts)})
    moments = finding.moments([stage.track().pk], "délai")
    assert [one.start for one in moments] == [0, 20_000]


@pytest.mark.django_db
def test_each_word_costs_one_query_and_no_more_than_six_are_looked_for(stage: Stage) -> None:
    ids = list(Track.objects.values_list("pk", flat=True))
    for asked, queries in (("bonjour", 1), ("bonjour tous", 2), ("a b c d e f g h i", 6), ("", 0)):
        with CaptureQueriesContext(connection) as seen:
            finding.moments(ids, asked)
        assert len(seen) == queries, asked


@pytest.mark.django_db
def test_the_page_finds_in_every_language_and_leads_to_the_words(stage: Stage) -> None:
    reader, path = cast.browser(stage.learner("Ana")), f"/e/{stage.edition.slug}/videos/"
    page = reader.get(path, {"q": "chemin"}).content.decode()
    assert f"{stage.base}fr/cue/{stage.key(2)}/" in page
    page = reader.get(path, {"q": "longest"}).content.decode()
    assert f"{stage.base}en/cue/{stage.key(3, 'en')}/" in page
    assert "0:06" in page
    for odd in ("x" * 5000, "\0", "'; DROP TABLE x; --", "<script>hostile()</script>", "%" * 80):
        reply = reader.get(path, {"q": odd})
        assert reply.status_code == 200
        assert "<script>hostile" not in reply.content.decode()


@pytest.mark.django_db
def test_what_is_not_released_is_not_found_by_learners_and_is_by_the_team(tmp_path: Path) -> None:
    root = staging.folder(tmp_path)
    lesson = root / "fr/suite/01-plus.md"
    lesson.write_text(lesson.read_text().replace("---\n", "---\nvideo: marge.mp4\n", 1))
    (root / "fr/suite/marge.mp4").write_bytes(b"another film")
    (root / "fr/suite/marge.srt").write_text(srt("La marge libre."))
    now = timezone.now()
    version = cast.version(root, now=now)
    running = cast.edition(of=version, opens=cast.monday(now, -2))
    early = cast.edition(slug="early", of=version, opens=cast.midnight(now))
    later = cast.edition(slug="later", of=version, opens=cast.monday(now, 3))
    ana, rose = cast.person("Ana"), cast.person("Rose")
    for edition in (running, early, later):
        cast.role(rose, "teacher", edition=edition)

    def sees(who: str, edition: Edition) -> list[bool]:
        """The first film, and the one of the second week."""
        reader, path = cast.browser({"Ana": ana, "Rose": rose}[who]), f"/e/{edition.slug}/videos/"
        return ["/cue/" in reader.get(path, {"q": word}).content.decode() for word in ("bonjour", "marge")]

    assert sees("Ana", running) == [True, True]
    assert sees("Ana", early) == [True, False]
    assert sees("Ana", later) == [False, False]
    assert sees("Rose", later) == [True, True]
    video = Track.objects.get(video__name="fr/suite/marge").video_id
    statuses = [cast.browser(ana).get(f"/e/{one.slug}/video/{video}/fr.vtt").status_code for one in (running, early)]
    assert statuses == [200, 404]
