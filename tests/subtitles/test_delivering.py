"""Files beside a video become its words: read, reported, merged with what people made, never served as they came."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from preau.content import printing
from preau.content.models import MediaFile, Printing
from preau.courses.models import Edition
from preau.subtitles import reading, words
from preau.subtitles.models import Cue, Delivery, Revision, Track
from preau.subtitles.tracks import Dropped, Oddity
from tests import cast
from tests.policy.test_hostile import PAYLOADS, Reader
from tests.subtitles import stage as staging
from tests.subtitles.stage import ENGLISH, FILES, FRENCH, RECUT, Stage, srt, vtt

pytestmark = pytest.mark.django_db


def made(tmp_path: Path, files: dict[str, str | bytes], *, real: bool = False) -> Stage:
    return staging.made(tmp_path, timezone.now(), files, real=real)


def tracks(stage: Stage) -> dict[str, Track]:
    return {row.language: row for row in Track.objects.filter(video=stage.video)}


SBV = "0:00:00.000,0:00:02.000\nBonjour.\n\n0:00:02.000,0:00:04.000\nOn commence.\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pert.vtt", vtt("Bonjour.", "On commence.")),
        ("pert.srt", srt("Bonjour.", "On commence.")),
        ("pert.sbv", SBV),
        ("pert.fr.vtt", vtt("Bonjour.", "On commence.")),
        ("pert.fr.auto.srt", srt("Bonjour.", "On commence.")),
        ("pert.AUTO.FR.VTT", vtt("Bonjour.", "On commence.")),
        ("pert.srt", SBV),
        ("pert.srt", vtt("Bonjour.", "On commence.")),
    ],
)
def test_a_file_of_any_format_beside_a_video_is_its_words(tmp_path: Path, name: str, content: str) -> None:
    stage = made(tmp_path, {name: content})
    (row,) = Track.objects.all()
    assert (row.language, row.automatic, row.source, row.revision) == ("fr", "auto" in name.lower(), None, 1)
    assert stage.said() == ["Bonjour.", "On commence."]
    assert stage.times() == [(0, 2000), (2000, 4000)]
    assert Cue.objects.filter(track=row, by=None, since=1, until=None).count() == 2


def test_the_language_is_what_the_name_says_else_that_of_the_texts(tmp_path: Path) -> None:
    names = ("pert.final.vtt", "pert.en.vtt", "pert.pt-br.auto.vtt", "pert.de.vtt")
    stage = made(tmp_path, {name: vtt(f"Mots {name}") for name in names})
    found = tracks(stage)
    assert set(found) == {"fr", "en", "pt-br", "de"}
    assert {code for code, row in found.items() if row.automatic} == {"pt-br"}
    assert {row.source for code, row in found.items() if code != "fr"} == {found["fr"]}


def test_texts_in_english_share_the_film_and_its_words(tmp_path: Path) -> None:
    root = staging.folder(tmp_path)
    lesson = root / "en/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().replace("id: lecon\n", "id: lecon\nvideo: pert.mp4\n", 1))
    version = cast.version(root, now=timezone.now())
    assert MediaFile.objects.filter(version=version, video__isnull=False).values("video").distinct().count() == 1
    edition = cast.edition(of=version, opens=cast.monday(timezone.now(), -1))
    stage = Stage(tmp_path, edition, timezone.now())
    assert {code: row.revision for code, row in tracks(stage).items()} == {"fr": 1, "en": 1}
    page = cast.browser().get(f"/e/{edition.slug}/en/debut/lecon/").content.decode()
    assert f'hx-get="{stage.base}en/"' in page
    assert f"{stage.base}fr/" in page


def test_a_file_in_the_folder_of_the_english_texts_is_english(tmp_path: Path) -> None:
    root = staging.folder(tmp_path, {"pert.vtt": vtt(*FRENCH)})
    lesson = root / "en/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().replace("id: lecon\n", "id: lecon\nvideo: pert.mp4\n", 1))
    (root / "en/debut/pert.mp4").write_bytes(b"the film with English sound")
    (root / "en/debut/pert.vtt").write_text(vtt(*ENGLISH))
    cast.version(root, now=timezone.now())
    said = {(row.video.name, row.language): row.revision for row in Track.objects.select_related("video")}
    assert said == {("fr/debut/pert", "fr"): 1, ("en/debut/pert", "en"): 1}


def test_the_report_counts_cues_and_says_what_is_odd_by_line(tmp_path: Path) -> None:
    odd = srt("Un", "Deux").replace("00:00:02,000 --> 00:00:04,000", "00:00:0X,000 --> 00:00:04,000")
    odd += "\n9\n00:00:05.0 --> 00:00:04,0\n"
    files: dict[str, str | bytes] = {
        "pert.fr.vtt": vtt(*FRENCH),
        "pert.en.srt": odd,
        "pert.de.srt": srt("Grüße").encode("cp1252"),
        "pert.es.vtt": "no subtitles at all",
    }
    target = tmp_path / "report.json"
    call_command("import", str(staging.folder(tmp_path, files)), json=target, verbosity=0)
    report = json.loads(target.read_text())
    assert (report["videos"], report["cues"]) == (1, 4 + 2 + 1)
    said = {(Path(one["file"]).name, one["line"], one["reason"]) for one in report["skipped"]}
    assert {
        ("pert.en.srt", 6, words.DROPPED[Dropped.TIMING]),
        ("pert.en.srt", 10, words.ODDITIES[Oddity.BACKWARDS]),
        ("pert.en.srt", 10, words.ODDITIES[Oddity.POINT]),
        ("pert.en.srt", 10, words.ODDITIES[Oddity.NO_TEXT]),
        ("pert.de.srt", 1, words.ODDITIES[Oddity.LATIN]),
        ("pert.es.vtt", 1, words.DROPPED[Dropped.SIGNATURE]),
    } <= said
    assert set(Track.objects.values_list("language", flat=True)) == {"fr", "en", "de"}, "a file without a cue is none"


def test_a_dry_run_counts_and_keeps_nothing(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    call_command("import", str(staging.folder(tmp_path)), json=target, dry_run=True, verbosity=0)
    assert json.loads(target.read_text())["cues"] == 8
    assert not Track.objects.exists()


HOSTILE = [
    *PAYLOADS,
    "<v <script>hostile()</script>>Ana</v>",
    "<c.x-hostile onclick=hostile()>x</c>",
    "<lang en\"onmouseover='hostile()>x</lang>",
    "<ruby><rt><img src=x onerror=hostile()></rt></ruby>",
    "&lt;script&gt;hostile()&lt;/script&gt;",
    "<b style=position:fixed>x</b>",
]


def test_a_script_in_words_comes_out_as_text_everywhere(tmp_path: Path) -> None:
    one_line = [" ".join(text.split()) for text in HOSTILE]
    stage = made(tmp_path, {"pert.fr.vtt": vtt(*one_line), "pert.en.srt": srt(*one_line)})
    stage.learner("Ana")
    readers = (cast.browser(), cast.script(), cast.browser(stage.person("Ana")), cast.script(stage.person("Ana")))
    for language in ("fr", "en"):
        keys = [line.key for line in reading.now(stage.track(language)).lines]
        assert len(keys) == len(HOSTILE)
        paths = [f"{language}/", f"{language}/history/1/", f"{language}/mine/", *(f"{language}/cue/{k}/" for k in keys)]
        for path in paths:
            for reader in readers[:: 2 if path.endswith("/cue/") else 1]:
                reply = reader.get(stage.base + path)
                assert reply.status_code == 200, path
                page = Reader(reply.content.decode())
                assert page.wrong == [], (path, page.wrong)
        for kind in ("vtt", "srt", "txt"):
            reply = readers[0].get(f"{stage.base}{language}.{kind}")
            assert reply.headers["Content-Type"].startswith("text/" if kind != "srt" else "application/x-subrip")
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            text = reply.content.decode()
            if kind == "vtt":
                assert not [tag for tag in ("<script", "<img", "<svg", "<x-", "<a ", "STYLE", "<!--") if tag in text]
            else:
                assert "attachment" in reply.headers["Content-Disposition"]


def test_a_style_sheet_of_a_file_is_not_passed_on(tmp_path: Path) -> None:
    style = "WEBVTT\n\nSTYLE\n::cue { background: url(https://x.example/) }\n\n" + vtt("Un").removeprefix("WEBVTT\n\n")
    stage = made(tmp_path, {"pert.fr.vtt": style})
    written = cast.browser().get(f"{stage.base}fr.vtt").content.decode()
    assert "Un" in written
    assert "x.example" not in written


@pytest.mark.parametrize("suffix", ["vtt", "srt", "sbv"])
def test_what_was_uploaded_is_never_served(tmp_path: Path, suffix: str) -> None:
    content = {"vtt": vtt("Un"), "srt": srt("Un"), "sbv": SBV}[suffix]
    stage = made(tmp_path, {f"pert.{suffix}": content}, real=True)
    assert stage.said()
    digest = sha256(content.encode()).hexdigest()
    for who in (None, stage.reviewer("Rose"), stage.learner("Ana")):
        reply = cast.browser(who).get(f"/media/{digest}.{suffix}")
        assert reply.status_code == 404
    film = sha256(staging.FILM).hexdigest()
    assert b"".join(cast.browser().get(f"/media/{film}.mp4")) == staging.FILM, "the film itself is"


def test_the_same_file_again_changes_nothing(stage: Stage) -> None:
    before = {row.pk: (row.revision, row.automatic) for row in Track.objects.all()}
    cues, keys = Cue.objects.count(), [stage.key(place) for place in range(4)]
    stage.later(hours=1)
    lesson = {**FILES, "notes.txt": "anything else"}
    report = stage.deliver({**lesson, "pert.de.vtt": vtt("Hallo")})
    assert not [one for one in report.skipped if "pert" in one.file]
    assert {pk: (row.revision, row.automatic) for pk, row in Track.objects.in_bulk(before).items()} == before
    assert Cue.objects.filter(track__in=before).count() == cues
    assert [stage.key(place) for place in range(4)] == keys
    assert Delivery.objects.filter(track__in=before).count() == 2


def test_a_file_again_takes_its_times_and_keeps_peoples_words(stage: Stage) -> None:
    keys = [stage.key(place) for place in range(4)]
    row = stage.accepted_words(1, "On commence maintenant.")
    stage.later(hours=1)
    report = stage.deliver({**FILES, "pert.fr.vtt": vtt(*FRENCH, first=500)})
    assert stage.said() == [FRENCH[0], "On commence maintenant.", *FRENCH[2:]]
    assert stage.times() == [(500, 2500), (2500, 4500), (4500, 6500), (6500, 8500)]
    assert [stage.key(place) for place in range(4)] == keys
    assert [stage.cue(place).by for place in (0, 1)] == [None, row.author], "who is thanked for the words is so still"
    made = Revision.objects.get(track=stage.track(), number=3)
    assert (made.what, made.details["kept"], made.details["contested"], made.details["lost"]) == ("file", 1, [], [])
    assert not [one for one in report.skipped if "pert.fr" in one.file]


def test_where_the_file_changes_the_same_words_peoples_stand_and_both_are_told(stage: Stage) -> None:
    stage.accepted_words(1, "On commence maintenant.")
    stage.later(hours=1)
    report = stage.deliver({**FILES, "pert.fr.vtt": vtt(FRENCH[0], "On commence tout de suite.", *FRENCH[2:])})
    assert stage.said()[1] == "On commence maintenant."
    assert [one.reason for one in report.skipped if "pert.fr" in one.file] == [words.contested(1)]
    assert Revision.objects.get(track=stage.track(), number=3).details["contested"] == [stage.key(1)]


def test_what_the_file_alone_changes_is_the_files(stage: Stage) -> None:
    stage.accepted_words(1, "On commence maintenant.")
    stage.later(hours=1)
    stage.deliver({**FILES, "pert.fr.vtt": vtt("Bonsoir à tous.", *FRENCH[1:])})
    assert stage.said()[:2] == ["Bonsoir à tous.", "On commence maintenant."]
    assert stage.cue(0).by is None


def test_words_that_lose_their_place_are_told_and_kept_in_the_revision(stage: Stage) -> None:
    key = stage.key(1)
    stage.accepted_words(1, "On commence maintenant.")
    stage.later(hours=1)
    report = stage.deliver({**FILES, "pert.fr.vtt": vtt(FRENCH[0], *FRENCH[2:])})
    assert stage.said() == [FRENCH[0], *FRENCH[2:]]
    assert [one.reason for one in report.skipped if "pert.fr" in one.file] == [words.lost("On commence maintenant.")]
    made = Revision.objects.get(track=stage.track(), number=3)
    assert made.details["lost"] == [[key, "On commence maintenant."]]
    page = cast.browser().get(f"{stage.base}fr/history/3/").content.decode()
    assert "On commence maintenant." in page


def test_what_waits_stays_fresh_where_the_file_changes_nothing(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    stage.later(hours=1)
    stage.deliver({**FILES, "pert.fr.vtt": vtt(*FRENCH[:3], "la plus longue suite de tâches.")})
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said()[1] == "On commence maintenant."


def test_a_new_cut_is_another_track_with_the_same_keys_and_peoples_words(stage: Stage) -> None:
    keys = [stage.key(place) for place in range(4)]
    row = stage.accepted_words(1, "On commence maintenant.")
    former, version = stage.track(), stage.edition.course.versions.get()
    stage.later(hours=1)
    recut = vtt("Un nouveau début.", *FRENCH, first=0)
    stage.deliver({**FILES, "pert.fr.vtt": recut}, RECUT)
    assert stage.track().pk != former.pk
    assert (stage.track().cut_id, stage.track().video_id) != (former.cut_id, former.video_id)
    assert stage.said() == ["Un nouveau début.", FRENCH[0], "On commence maintenant.", *FRENCH[2:]]
    assert [stage.key(place) for place in range(1, 5)] == keys
    assert stage.key(0) not in keys
    assert stage.cue(2).by == row.author
    earlier = cast.edition(slug="thin-2", of=version, opens=stage.edition.opens_at)
    pages = {edition.slug: text(edition, stage) for edition in (earlier, stage.edition)}
    assert ["Un nouveau début." in page for page in pages.values()] == [False, True]
    assert all("On commence maintenant." in page for page in pages.values())
    former.refresh_from_db()
    assert former.revision == 2


def text(edition: Edition, stage: Stage) -> str:
    return cast.browser().get(f"/e/{edition.slug}/video/{stage.video}/fr.txt").content.decode()


@pytest.mark.parametrize("first_on", ["former", "new"])
def test_a_correction_on_one_cut_follows_to_the_other(stage: Stage, first_on: str) -> None:
    old = stage.suggest(stage.learner("Ben"), 1) if first_on == "former" else None
    former = stage.track()
    stage.later(hours=1)
    stage.deliver({**FILES, "pert.fr.vtt": vtt("Un nouveau début.", *FRENCH)}, RECUT)
    row = old or stage.suggest(stage.learner("Ben"), 2)
    stage.decide(stage.reviewer("Rose"), row)
    assert stage.said()[2] == "On commence maintenant."
    assert stage.times()[2] == (4000, 6000), "at its own times"
    former.refresh_from_db()
    line = reading.now(former).lines[1]
    assert (line.text, line.start, line.by) == ("On commence maintenant.", 2000, row.author_id)
    followed = Revision.objects.get(what="followed")
    assert (followed.by, followed.suggestion_id) == (row.author, row.pk)
    assert followed.track_id != row.track_id


def test_a_correction_does_not_follow_where_the_other_cut_says_something_else(stage: Stage) -> None:
    former = stage.track()
    stage.later(hours=1)
    stage.deliver({**FILES, "pert.fr.vtt": vtt(FRENCH[0], "On commence là.", *FRENCH[2:])}, RECUT)
    stage.accepted_words(1, "On commence ici.")
    former.refresh_from_db()
    assert (former.revision, reading.now(former).lines[1].text) == (1, FRENCH[1])


def test_a_new_cut_without_words_of_its_own_shows_those_that_there_are(stage: Stage) -> None:
    former = stage.track()
    stage.deliver({"notes.txt": "no words yet"}, RECUT)
    assert stage.track() == former
    assert cast.browser().get(f"{stage.base}fr.vtt").status_code == 200


def test_a_translation_carries_the_keys_of_what_is_said_at_the_same_time(tmp_path: Path) -> None:
    english = vtt(*ENGLISH, first=150)
    extra = english + "\n00:00:20.000 --> 00:00:21.000\nSubtitled by Ben\n"
    stage = made(tmp_path, {"pert.fr.vtt": vtt(*FRENCH), "pert.en.vtt": extra})
    french, translated = tracks(stage)["fr"], tracks(stage)["en"]
    assert translated.source == french
    keys = [stage.key(place) for place in range(4)]
    assert [stage.key(place, "en") for place in range(4)] == keys
    assert stage.key(4, "en") not in keys
    assert stage.times("en")[:4] == stage.times("fr"), "a translation stands at the times of its source"


def test_the_source_is_brought_in_first_whatever_files_are_called(tmp_path: Path) -> None:
    stage = made(tmp_path, {"pert.de.vtt": vtt(*ENGLISH), "pert.vtt": vtt(*FRENCH)})
    assert tracks(stage)["de"].source == tracks(stage)["fr"]
    assert stage.key(0, "de") == stage.key(0, "fr")


def test_pages_are_to_be_printed_again_once_words_come_or_are_reviewed(stage: Stage) -> None:
    assert [row.pk for row in printing.behind()] == []
    page = f"/e/{stage.edition.slug}/fr/debut/lecon/"
    stage.deliver({**FILES, "pert.de.auto.vtt": vtt("Hallo")}, printed=False)
    assert Printing.objects.get(edition=stage.edition, current=True).compiled_with is None
    assert printing.behind() == [stage.edition]
    printing.reprint(stage.edition, now=stage.now)
    html = cast.browser().get(page).content.decode()
    assert f'src="{stage.base}de.vtt"' in html
    assert f'src="{stage.base}fr.vtt"' in html


def test_a_file_by_a_human_makes_an_automatic_track_reviewed(tmp_path: Path) -> None:
    stage = made(tmp_path, {"pert.fr.auto.vtt": vtt(*FRENCH)})
    assert stage.track().automatic
    stage.later(hours=1)
    stage.deliver({"pert.fr.vtt": vtt(FRENCH[0], "On commence maintenant.", *FRENCH[2:])})
    assert not stage.track().automatic
    stage.later(hours=1)
    stage.deliver({"pert.fr.auto.vtt": vtt("Bonsoir à tous.", "On commence maintenant.", *FRENCH[2:])})
    assert not stage.track().automatic, "what was reviewed stays so"


def test_the_same_words_under_a_name_that_says_no_longer_automatic_are_reviewed(tmp_path: Path) -> None:
    stage = made(tmp_path, {"pert.fr.auto.vtt": vtt(*FRENCH)})
    stage.later(hours=1)
    stage.deliver({"pert.fr.vtt": vtt(*FRENCH)})
    assert not stage.track().automatic
    assert stage.track().revision == 1


def test_two_files_of_one_language_come_to_rest(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pert.fr.vtt": vtt(*FRENCH),
        "pert.fr.auto.vtt": vtt("Bonjour a tous", *FRENCH[1:]),
    }
    stage = made(tmp_path, files)
    before = stage.track().revision
    for number in range(2):
        stage.later(hours=1)
        stage.deliver({**files, "pert.de.vtt": vtt(f"Hallo {number}")})
    assert stage.track().revision == before, "each version of the course brought the same files"
