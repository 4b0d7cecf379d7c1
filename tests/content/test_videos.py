"""From the file that a producer adds to what a phone plays, by a real ffmpeg."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from preau.config import health
from preau.content import ffmpeg, media, printing, videos
from preau.content.ffmpeg import Facts
from preau.content.importing import BadCourse
from preau.content.models import Cut, MediaFile, Page, Video
from preau.courses.models import Edition
from tests import cast
from tests.content import films

pytestmark = pytest.mark.django_db
film = pytest.mark.film
NOW = cast.MONDAY + timedelta(days=2)
LESSON = "/e/thin-1/fr/debut/lecon/"


def shown(tmp_path: Path, content: bytes, name: str = "pert.mp4") -> Edition:
    """An edition whose first lesson has this video."""
    version = cast.version(films.course(tmp_path, cast.THIN, content, name))
    return cast.edition(of=version)


def page() -> str:
    return bytes(Page.objects.get(path=LESSON).html).decode()


def work(turns: int = 1) -> Cut:
    for turn in range(turns):
        videos.encode_waiting(now=NOW + turn * (videos.LEASE + timedelta(minutes=1)))
    return Cut.objects.get()


@film
def test_a_video_is_made_light_in_two_sizes_with_its_sound_and_a_picture(tmp_path: Path) -> None:
    edition = shown(tmp_path, films.film())
    assert Video.objects.get().name == "fr/debut/pert"
    assert "Des fichiers plus légers" in page()
    row = work()
    assert (row.state, row.progress, set(row.made)) == ("ready", 100, {"poster", "audio", "small", "large"})
    assert row.seconds == pytest.approx(4, abs=0.2)
    assert videos.reprint_due(now=NOW) == 1
    for what, lines in {"small": 240, "large": 480}.items():
        path = media.file_of(row.made[what]["digest"], ".mp4")
        container, *streams = films.streams(path)
        assert [one["codec_name"] for one in streams] == ["h264", "aac"]
        assert (streams[0]["height"], streams[0]["pix_fmt"], streams[1]["channels"]) == (lines, "yuv420p", 1)
        content = path.read_bytes()
        assert content.index(b"moov") < content.index(b"mdat"), "a player begins with the first bytes"
        assert films.SECRET.encode() not in content
        assert container["format_name"].startswith("mov")
    (_container, *sound) = films.streams(media.file_of(row.made["audio"]["digest"], ".m4a"))
    assert [one["codec_name"] for one in sound] == ["aac"]
    html = page()
    assert f'<video controls playsinline preload="none" src="/media/{row.made["small"]["digest"]}.mp4"' in html
    assert f'poster="/media/{row.made["poster"]["digest"]}.webp"' in html
    assert 'preload="none"' in html
    assert "0,1\xa0Mo" in html
    assert "autoplay" not in html
    assert not videos.encode_waiting(now=NOW + timedelta(days=1))
    assert printing.reprint(edition, now=NOW) == []


@film
def test_what_has_no_sound_and_is_small_gets_neither_sound_nor_a_larger_size(tmp_path: Path) -> None:
    shown(tmp_path, films.film(2, "300x200", sound=False, kind="webm"), "pert.webm")
    row = work()
    assert (row.state, set(row.made)) == ("ready", {"poster", "small"})
    (_container, *streams) = films.streams(media.file_of(row.made["small"]["digest"], ".mp4"))
    assert [(one["codec_name"], one["width"], one["height"]) for one in streams] == [("h264", 300, 200)]


@film
def test_the_same_file_is_made_once_and_a_new_one_is_another_cut_of_the_same_video(tmp_path: Path) -> None:
    shown(tmp_path, films.film(2, "300x200"))
    work()
    root = tmp_path / "thin"
    (root / "fr/debut/pert.mp4").write_bytes(films.film(3, "300x200"))
    cast.version(root)
    assert (Video.objects.count(), Cut.objects.count()) == (1, 2)
    assert sorted(Cut.objects.values_list("state", flat=True)) == ["ready", "waiting"]


@film
def test_the_desk_shows_how_far_it_is_what_it_weighs_and_why_one_is_refused(tmp_path: Path) -> None:
    edition = shown(tmp_path, films.film(2, "300x200"))
    teacher = cast.person("Tom")
    cast.role(teacher, "teacher", edition=edition)
    browser, address = cast.browser(teacher), "/desk/thin-1/videos/"
    before = browser.get(address).content.decode()
    assert '<progress max="100" value="0">' in before
    assert 'hx-trigger="every 5s"' in before
    row = work()
    after = browser.get(address).content.decode()
    assert "Prête à être lue" in after
    assert f"/media/{row.made['small']['digest']}.mp4" in after
    assert "every 5s" not in after
    Cut.objects.update(state="refused", reason="too long")
    assert "quatre heures" in browser.get(address).content.decode()
    assert cast.browser(cast.person("Zoe")).get(address).status_code == 404


@film
def test_a_film_held_upright_keeps_its_shape(tmp_path: Path) -> None:
    shown(tmp_path, films.film(1, "480x854", sound=False))
    row = work()
    sizes = {what: films.streams(media.file_of(row.made[what]["digest"], ".mp4"))[1] for what in ("small", "large")}
    assert {what: (one["width"], one["height"]) for what, one in sizes.items()} == {
        "small": (240, 426),
        "large": (480, 854),
    }


@film
def test_a_film_of_one_picture_has_a_poster(tmp_path: Path) -> None:
    shown(tmp_path, films.film(0.1, "320x240", sound=False))
    row = work()
    assert (row.state, set(row.made)) == ("ready", {"poster", "small"})


@film
def test_a_sound_with_a_cover_is_no_video(tmp_path: Path) -> None:
    target = tmp_path / "song.mp4"
    drawn = ["-f", "lavfi", "-i", "sine=duration=2", "-f", "lavfi", "-i", "testsrc=size=100x100:duration=0.1:rate=10"]
    cover = ["-map", "0", "-map", "1", "-frames:v", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic"]
    subprocess.run(["ffmpeg", "-v", "error", *drawn, *cover, target], check=True)
    shown(tmp_path, target.read_bytes())
    row = work()
    assert (row.state, row.reason) == ("refused", "not a video")


def test_a_file_that_a_former_release_brought_in_is_shown_as_it_came(tmp_path: Path) -> None:
    edition = shown(tmp_path, b"anything")
    digest = Cut.objects.get().digest
    MediaFile.objects.update(video=None)
    Cut.objects.all().delete()
    printing.reprint(edition, now=NOW)
    assert f'src="/media/{digest}.mp4"' in page()


def test_what_is_named_as_a_video_and_is_none_is_said_by_line(tmp_path: Path) -> None:
    with pytest.raises(BadCourse) as refused:
        shown(tmp_path, b"Bonjour", "notes.txt")
    said = {(one.file, one.line) for one in refused.value.problems if "is no video" in one.reason}
    assert ("fr/debut/01-lecon.md", 3) in said


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"


@film
@pytest.mark.parametrize(
    "content",
    [
        b"\x00",
        b"Bonjour",
        PLAYLIST,
        CONCAT,
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"\x00\x00\x00\x18ftypmp42" + bytes(200),
        b"%PDF-1.7\n1 0 obj\n",
    ],
)
def test_what_is_no_video_is_refused_with_its_reason_and_can_be_fetched_as_it_came(
    tmp_path: Path, content: bytes
) -> None:
    shown(tmp_path, content)
    row = work(2)
    assert (row.state, row.reason, row.made) == ("refused", "not a video", {})
    assert videos.reprint_due(now=NOW) == 1
    assert "Des fichiers plus légers" not in page()


@film
def test_one_that_was_cut_off_is_refused_or_made_as_far_as_it_goes(tmp_path: Path, settings: Settings) -> None:
    settings.STATE = tmp_path / "state"
    shown(tmp_path, films.film(4, kind="mkv")[:60_000], "pert.mkv")
    assert work(4).state in {"ready", "refused"}
    assert not list((Path(settings.STATE) / ".encoding").glob("*")), "nothing is left of the work"


@film
def test_a_film_behind_a_page_is_a_film_and_nothing_of_the_page_comes_out(tmp_path: Path) -> None:
    script = b"<script>alert(1)</script>"
    shown(tmp_path, films.film(2, "300x200") + script)
    row = work()
    assert row.state == "ready"
    for one in row.made.values():
        assert script not in media.file_of(one["digest"], one["suffix"]).read_bytes()


@film
def test_ten_hours_are_too_long(tmp_path: Path) -> None:
    command = ["-f", "lavfi", "-i", "color=size=16x16:rate=0.02:duration=36000", "-c:v", "libx264", "-y"]
    target = tmp_path / "long.mp4"
    subprocess.run(["ffmpeg", "-v", "error", *command, target], check=True)
    shown(tmp_path, target.read_bytes())
    row = work()
    assert (row.state, row.reason) == ("refused", "too long")


def test_without_ffmpeg_it_waits_and_the_page_offers_it_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(videos, "installed", lambda: False)
    shown(tmp_path, b"anything")
    assert not videos.encode_waiting(now=NOW)
    row = Cut.objects.get()
    assert (row.state, row.tries) == ("waiting", 0)
    assert any("ffmpeg" in sentence for sentence in health.films(NOW))
    assert f'src="/media/{row.digest}.mp4"' in page()


@film
def test_what_is_made_is_played_from_any_second(tmp_path: Path, client: Client) -> None:
    shown(tmp_path, films.film(2, "300x200"))
    made = work().made["small"]
    address = f"/media/{made['digest']}.mp4"
    whole = client.get(address)
    assert whole.headers["Content-Type"] == "video/mp4"
    part = client.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 100-199/{made['bytes']}")
    assert part.getvalue() == whole.getvalue()[100:200]
    assert client.get(address, headers={"Range": f"bytes={made['bytes']}-"}).status_code == 416
    assert "immutable" in part.headers["Cache-Control"]


FACTS = st.builds(
    Facts, st.floats(0.1, ffmpeg.LONGEST), st.integers(1, ffmpeg.WIDEST), st.integers(1, ffmpeg.WIDEST), st.booleans()
)


@given(FACTS, st.floats(0, 1), st.floats(0, 1))
def test_progress_goes_from_nothing_to_all_and_never_back(found: Facts, one: float, two: float) -> None:
    made: dict[str, object] = {}
    seen = [ffmpeg.percent(found, made)]
    for what in ffmpeg.wanted(found):
        seen += [ffmpeg.percent(found, made, what, part) for part in sorted((one, two))]
        made[what] = {}
        seen.append(ffmpeg.percent(found, made))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 100)


@given(st.text() | st.dictionaries(st.sampled_from(["streams", "format", "x"]), st.none() | st.text()).map(json.dumps))
def test_whatever_ffprobe_says_is_a_reason(said: str) -> None:
    with pytest.raises(ffmpeg.Unfit, match="not a video"):
        ffmpeg.facts(said)
