"""Course files on the disk and in a bucket: the same answers from both. The bucket is one of a real S3 server, in a
process of its own."""

import gzip
import hashlib
import json
import os
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from preau.common.ids import new_id
from preau.config import archive, backup, health, restore
from preau.config.archive import Manifest
from preau.content import exporting, ffmpeg, media, videos
from preau.content.models import Cut, MediaFile, Version
from tests import cast
from tests.content import films

pytestmark = pytest.mark.django_db
film = pytest.mark.film
NOW = cast.MONDAY + timedelta(days=2)
CONTENT = bytes(range(256)) * 1000  # longer than what is read at once
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ADDRESS = f"/media/{DIGEST}.mp4"
FILES = "https://files.example.org"


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server on this machine."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PREAU"))}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _turn in range(600):
            with closing(socket.socket()) as one:
                if not one.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def use(settings: Settings, address: str, name: str) -> None:
    """Course files are in a bucket from now on."""
    leave()
    options = {"bucket_name": name, "endpoint_url": address, "region_name": "eu-west-3"}
    keys = {"access_key": "preau", "secret_key": "secret"}
    bucket = {"BACKEND": "preau.content.bucket.Bucket", "OPTIONS": {**options, **keys}}
    settings.STORAGES = {**settings.STORAGES, media.COURSES: bucket}


def leave() -> None:
    """Close what is open to the bucket that was used; a process of the site keeps it to its end."""
    if media.in_bucket():
        client().close()


def away(settings: Settings) -> None:
    """The bucket is where nobody listens."""
    said = settings.STORAGES[media.COURSES]["OPTIONS"]
    use(settings, f"http://127.0.0.1:{free_port()}", said["bucket_name"])


@pytest.fixture
def bucket(settings: Settings, s3: str) -> Iterator[str]:
    """An empty one, used by the site; its name."""
    name = f"courses-{new_id()}"
    use(settings, s3, name)
    place = {"LocationConstraint": "eu-west-3"}
    client().create_bucket(Bucket=name, CreateBucketConfiguration=place)
    yield name
    leave()


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest) -> str:
    """Where course files are in this run of the test."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return str(request.param)


def client() -> Any:
    """boto3's own, past our class."""
    return storages[media.COURSES].connection.meta.client  # type: ignore[attr-defined]


def held(name: str) -> set[str]:
    """The names in the bucket."""
    return {one["Key"] for one in client().list_objects_v2(Bucket=name).get("Contents", ())}


def kept(folder: Path, content: bytes = CONTENT, name: str = "a.mp4") -> media.Stored:
    path = folder / name
    path.write_bytes(content)
    return media.keep(name, path)


def made(folder: Path) -> Version:
    """The thin course with a film, brought in."""
    return cast.version(films.course(folder, cast.THIN, films.film(2, "300x200")))


def encode(turn: int = 0) -> Cut:
    videos.encode_waiting(now=NOW + turn * (videos.LEASE + timedelta(minutes=1)))
    return Cut.objects.get()


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
    there = client().head_object(Bucket=bucket, Key=name)
    said = (there["ContentType"], there["CacheControl"], there["ContentDisposition"])
    assert said == ("video/mp4", media.FOR_EVER, "inline")
    client().put_object(Bucket=bucket, Key=name, Body=CONTENT, Metadata={"mark": "first"})
    kept(tmp_path)
    assert client().head_object(Bucket=bucket, Key=name)["Metadata"] == {"mark": "first"}, "it went up again"
    page = kept(tmp_path, b"<script>alert(1)</script>", "page.html")
    there = client().head_object(Bucket=bucket, Key=media.name_of(page.digest, ".html"))
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
    client().put_object(Bucket=bucket, Key=media.name_of(DIGEST, ".mp4"), Body=CONTENT[1:])
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


def test_the_doctor_names_a_file_that_is_gone_without_fetching_any(place: str, tmp_path: Path) -> None:
    made(tmp_path)
    assert not list(health.files(NOW))
    row = Cut.objects.get()
    name = media.name_of(row.digest, row.suffix)
    if place == "disk":
        (Path(django_settings.MEDIA_ROOT) / name).unlink()
    else:
        bucket_name = django_settings.STORAGES[media.COURSES]["OPTIONS"]["bucket_name"]
        client().delete_object(Bucket=bucket_name, Key=name)
    names = ("en/debut/pert.mp4", "fr/debut/pert.mp4")
    assert list(health.files(NOW)) == [f"the file {one} of a course is missing from {media.where()}" for one in names]


def test_the_doctor_says_that_the_bucket_is_away_or_is_none(
    bucket: str, s3: str, tmp_path: Path, settings: Settings
) -> None:
    made(tmp_path)
    use(settings, s3, "nobody-has-it")
    (said,) = health.files(NOW)
    assert "no course file can be had: the bucket nobody-has-it" in said
    assert "NoSuchBucket" in said
    away(settings)
    (said,) = health.files(NOW)
    assert "cannot be used" in said


def test_a_backup_says_where_course_files_are_and_a_restore_expects_none(
    bucket: str, tmp_path: Path, settings: Settings
) -> None:
    made(tmp_path)
    there = media.where()
    assert there.startswith(f"the bucket {bucket} at 127.0.0.1:")
    manifest = written(tmp_path)
    assert manifest.bucket == there
    assert there in manifest.told()
    assert restore.elsewhere(tmp_path, manifest) == [], "the same bucket: nothing to say"
    leave()
    settings.STORAGES = {name: one for name, one in settings.STORAGES.items() if name != media.COURSES}
    (said,) = restore.elsewhere(tmp_path, manifest)
    assert f"they were in “{there}”" in said
    assert str(settings.MEDIA_ROOT) in said


def test_a_backup_of_a_disk_says_nothing_of_buckets(tmp_path: Path, settings: Settings, s3: str) -> None:
    manifest = written(tmp_path)
    assert (manifest.bucket, "bucket" in manifest.told()) == ("", False)
    with tarfile.open(tmp_path / "one.tar") as tar:
        entry = tar.extractfile(archive.MANIFEST)
        assert entry is not None
        assert "bucket" not in json.load(entry), "a former release reads it"
    use(settings, s3, "elsewhere")
    (said,) = restore.elsewhere(tmp_path, manifest)
    assert "copy them there" in said


def written(folder: Path) -> Manifest:
    """What an archive of this site says of itself, written and read."""
    manifest = backup.described(NOW)
    writer = archive.Writer(folder / "one.tar")
    for name in (archive.DATABASES[manifest.engine], archive.SECRET):
        writer.add_file(name, Path(__file__))
    writer.finish(manifest)
    (folder / "out").mkdir(exist_ok=True)
    return archive.unpack(folder / "one.tar", folder / "out", lambda done, total: None)


def test_who_has_a_public_address_of_the_bucket_is_sent_there(
    bucket: str, tmp_path: Path, client: Client, settings: Settings
) -> None:
    kept(tmp_path)
    settings.S3_PUBLIC_URL = FILES
    answer = client.get(ADDRESS, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{FILES}/{DIGEST[:2]}/{DIGEST}.mp4")
    assert "immutable" not in answer.headers["Cache-Control"]
    drawing = kept(tmp_path, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg")
    ours = client.get(f"/media/{drawing.digest}.svg")
    assert (ours.status_code, ours.getvalue()[:4]) == (200, b"<svg")
    assert "sandbox" in ours.headers["Content-Security-Policy"]


def test_a_public_address_without_a_bucket_sends_nobody(tmp_path: Path, client: Client, settings: Settings) -> None:
    kept(tmp_path)
    settings.S3_PUBLIC_URL = FILES
    assert client.get(ADDRESS).getvalue() == CONTENT


def settings_of(tmp_path: Path, **environment: str) -> dict[str, Any]:
    """What a process of its own reads of these, and whether it carries boto3 once the rooms are loaded."""
    code = (
        "import django, json, sys; django.setup(); from django.conf import settings as s; "
        "from preau.content import media, views; "
        "print(json.dumps({'storages': s.STORAGES, 'csp': s.SECURE_CSP, 'where': media.where(), "
        "'heavy': 'boto3' in sys.modules, 'place': type(media.place()).__name__}))"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("S3_")}
    told = {**plain, "PREAU_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "preau.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**told, "PYTHONPATH": "src", **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_without_a_bucket_nothing_of_it_is_loaded_nor_allowed(tmp_path: Path) -> None:
    found = settings_of(tmp_path, S3_PUBLIC_URL=FILES)
    assert media.COURSES not in found["storages"]
    assert (found["place"], found["heavy"]) == ("Disk", False)
    assert FILES not in str(found["csp"])


def test_a_bucket_by_settings_its_secret_from_a_file_its_address_in_the_policy(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden\n")
    given = {"S3_BUCKET": "films", "S3_ENDPOINT": "https://s3.example.org", "S3_REGION": "gra", "S3_KEY": "preau"}
    found = settings_of(tmp_path, **given, S3_SECRET_FILE=str(secret), S3_PUBLIC_URL=f"{FILES}/films/")
    options = found["storages"][media.COURSES]["OPTIONS"]
    assert options["secret_key"] == "hidden"
    assert (found["place"], found["where"]) == ("Bucket", "the bucket films at s3.example.org")
    assert not found["heavy"], "boto3 is loaded at the first use"
    for kind in ("img-src", "media-src"):
        assert found["csp"][kind][-1] == FILES
    assert FILES not in str({kind: one for kind, one in found["csp"].items() if kind not in ("img-src", "media-src")})


@pytest.mark.parametrize("address", ["files.example.org", "javascript:alert(1)", "https://a.example; script-src *"])
def test_what_is_no_address_is_refused_by_its_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(AssertionError, match="S3_PUBLIC_URL: expected an address"):
        settings_of(tmp_path, S3_BUCKET="films", S3_PUBLIC_URL=address)


def test_a_new_picture_is_named_by_what_it_is() -> None:
    assert media.kind_of(f"x{ffmpeg.SUFFIXES['poster']}") == "image/webp"
    assert media.kind_of("x.m4a") == "audio/mp4"
