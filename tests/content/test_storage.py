"""Course files on the disk and in a bucket: the same answers from both."""

import gzip
import os
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from preau.content import exporting, media, videos
from preau.content.models import MediaFile
from tests import cast
from tests.content import films
from tests.content.buckets import (
    ADDRESS,
    CONTENT,
    DIGEST,
    NOW,
    away,
    encode,
    held,
    kept,
    made,
    s3_client,
    use,
)

pytestmark = pytest.mark.django_db
film = pytest.mark.film


def test_a_file_is_answered_whole_with_what_a_browser_must_know(place: str, tmp_path: Path, client: Client) -> None:
    kept(tmp_path)
    answer = client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.getvalue()) == (200, CONTENT)
    said = {"Content-Type": "video/mp4", "Content-Disposition": "inline", "Accept-Ranges": "bytes"}
    said |= {"Content-Length": str(len(CONTENT)), "Cache-Control": media.FOR_EVER}
    assert {name: answer.headers[name] for name in said} == said
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in answer.headers, "a film is compressed already"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=100-70000", 100, 70_000), ("bytes=-5", 255_995, 255_999), ("bytes=9-", 9, 255_999)],
)
def test_a_part_is_answered_by_its_bytes(
    place: str, tmp_path: Path, client: Client, asked: str, first: int, last: int
) -> None:
    kept(tmp_path)
    answer = client.get(ADDRESS, headers={"Range": asked, "Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.getvalue()) == (206, CONTENT[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(last + 1 - first)
    assert "Content-Encoding" not in answer.headers


def test_a_head_has_the_length_and_no_body(place: str, tmp_path: Path, client: Client) -> None:
    kept(tmp_path)
    answer = client.head(ADDRESS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))


def test_a_part_beyond_the_end_is_refused_and_an_absent_file_is_a_404(
    place: str, tmp_path: Path, client: Client
) -> None:
    kept(tmp_path)
    beyond = client.get(ADDRESS, headers={"Range": "bytes=256000-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, "bytes */256000")
    assert client.get(f"/media/{'0' * 64}.mp4").status_code == 404


def test_an_empty_file_is_a_file(place: str, tmp_path: Path, client: Client) -> None:
    stored = kept(tmp_path, b"", "empty.txt")
    answer = client.get(f"/media/{stored.digest}.txt")
    assert (answer.status_code, answer.getvalue(), stored.size) == (200, b"", 0)


def test_words_are_compressed_on_the_way_and_a_part_of_them_is_not(place: str, tmp_path: Path, client: Client) -> None:
    stored = kept(tmp_path, b"Bonjour. " * 1000, "notes.txt")
    address, takes = f"/media/{stored.digest}.txt", {"Accept-Encoding": "gzip"}
    whole = client.get(address, headers=takes)
    assert (whole.headers["Content-Encoding"], gzip.decompress(whole.getvalue())) == ("gzip", b"Bonjour. " * 1000)
    part = client.get(address, headers={**takes, "Range": "bytes=0-6"})
    assert part.getvalue() == b"Bonjour"


def test_a_course_comes_in_and_goes_out_as_it_was(place: str, tmp_path: Path) -> None:
    version = made(tmp_path)
    assert not exporting.export(version, tmp_path / "out")
    assert (tmp_path / "out/fr/debut/pert.mp4").read_bytes() == films.film(2, "300x200")
    assert Path(django_settings.MEDIA_ROOT).exists() == (place == "disk")


@film
def test_a_film_is_made_light_and_played(place: str, tmp_path: Path, client: Client, settings: Settings) -> None:
    settings.STATE = tmp_path / "state"
    made(tmp_path)
    row = encode()
    assert (row.state, set(row.made)) == ("ready", {"poster", "audio", "small"})
    for what, one in row.made.items():
        answer = client.get(f"/media/{one['digest']}{one['suffix']}")
        assert len(answer.getvalue()) == one["bytes"], what
        assert answer.headers["Content-Disposition"] == "inline"
    assert not list((Path(settings.STATE) / ".encoding").glob("*")), "what was fetched is gone"


@film
def test_the_picture_of_a_film_is_light(tmp_path: Path) -> None:
    noisy = "mandelbrot=size=1280x720:start_scale=0.4:rate=10,noise=alls=16:allf=t"
    target = tmp_path / "pert.mp4"
    command = ["-f", "lavfi", "-t", "2", "-i", noisy, "-pix_fmt", "yuv420p", str(target)]
    subprocess.run(["ffmpeg", "-v", "error", *command], check=True)
    cast.version(films.course(tmp_path, cast.THIN, target.read_bytes()))
    poster = encode().made["poster"]
    assert poster["suffix"] == ".webp"
    assert 500 < poster["bytes"] < 9_000
    (_container, picture) = films.streams(media.file_of(poster["digest"], ".webp"))
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("webp", 426, 240)


def test_a_content_is_put_once_under_its_name_with_what_a_browser_must_know(bucket: str, tmp_path: Path) -> None:
    name = media.name_of(DIGEST, ".mp4")
    kept(tmp_path)
    assert held(bucket) == {name}
    there = s3_client().head_object(Bucket=bucket, Key=name)
    said = (there["ContentType"], there["CacheControl"], there["ContentDisposition"])
    assert said == ("video/mp4", media.FOR_EVER, "inline")
    s3_client().put_object(Bucket=bucket, Key=name, Body=CONTENT, Metadata={"mark": "first"})
    kept(tmp_path)
    assert s3_client().head_object(Bucket=bucket, Key=name)["Metadata"] == {"mark": "first"}, "it went up again"
    page = kept(tmp_path, b"<script>alert(1)</script>", "page.html")
    there = s3_client().head_object(Bucket=bucket, Key=media.name_of(page.digest, ".html"))
    assert there["ContentDisposition"] == "attachment"


def test_what_is_larger_than_a_part_goes_up_and_comes_back_whole(bucket: str, tmp_path: Path) -> None:
    content = os.urandom(20 << 20)
    calls: list[int] = []
    path = tmp_path / "large.mp4"
    path.write_bytes(content)
    stored = media.keep("large.mp4", path, lambda: calls.append(1))
    assert len(calls) > 2, "somebody at work says so"
    back = media.local(stored.digest, ".mp4", tmp_path)
    assert (back.name, back.read_bytes()) == ("source.mp4", content)


def test_another_content_behind_a_name_is_not_taken_for_the_file(bucket: str, tmp_path: Path) -> None:
    kept(tmp_path)
    s3_client().put_object(Bucket=bucket, Key=media.name_of(DIGEST, ".mp4"), Body=CONTENT[1:])
    with pytest.raises(media.Away, match="another content"):
        media.local(DIGEST, ".mp4", tmp_path)


def test_a_file_that_changes_while_it_goes_up_is_not_kept(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(CONTENT)

    def rewrite() -> None:
        path.write_bytes(CONTENT + b"more")

    with pytest.raises(OSError, match="changed while it was read"):
        media.keep("a.mp4", path, rewrite)
    assert held(bucket) == set()


def test_a_reader_who_leaves_lets_go_of_the_bucket(bucket: str, tmp_path: Path, client: Client) -> None:
    kept(tmp_path)
    with closing(media.part(DIGEST, ".mp4", 0, len(CONTENT))) as body:  # type: ignore[type-var]
        assert len(next(iter(body))) < len(CONTENT), "a film is never held whole"
    for _visit in range(30):  # more than the connections that boto3 keeps
        answer = client.get(ADDRESS)
        next(iter(answer))
        answer.close()
    assert client.get(ADDRESS).getvalue() == CONTENT


def test_a_bucket_that_is_away_is_said_and_nothing_comes_in_by_half(
    bucket: str, tmp_path: Path, client: Client, settings: Settings
) -> None:
    kept(tmp_path)
    away(settings)
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Cache-Control"] == "no-store"
    root = films.course(tmp_path, cast.THIN, b"anything")
    with pytest.raises(CommandError, match="Nothing was imported: the bucket"):
        call_command("import", str(root))
    assert not MediaFile.objects.exists()


@film
def test_a_film_waits_for_a_bucket_that_is_away_and_no_try_is_counted(
    bucket: str, s3: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path)
    away(settings)
    for turn in range(videos.TRIES + 1):
        row = encode(turn)
        assert (row.state, row.tries, row.made) == ("waiting", 0, {})
    use(settings, s3, bucket)
    make, calls = videos.made, []

    def cut_off(*arguments: Any) -> Path:
        calls.append(arguments[1])
        if len(calls) == 2:
            away(settings)
        return make(*arguments)

    with monkeypatch.context() as border:
        border.setattr(videos, "made", cut_off)
        row = encode(10)
    assert (row.state, row.tries, set(row.made)) == ("waiting", 0, {"poster"})
    assert videos._take(NOW + 10 * (videos.LEASE + timedelta(minutes=1)) + timedelta(seconds=30)) is None, "it rests"
    use(settings, s3, bucket)
    row = encode(20)
    assert (row.state, set(row.made)) == ("ready", {"poster", "audio", "small"})


@film
def test_a_film_waits_for_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as border:
        border.setattr("preau.content.media.os.fsync", full)
        assert [(row.state, row.tries) for row in (encode(turn) for turn in range(5))] == [("waiting", 0)] * 5
    assert encode(9).state == "ready"
