"""Course files in a bucket, as who runs the site meets them: doctor, backup, settings, a public address."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from preau.config import archive, backup, health, restore
from preau.config.archive import Manifest
from preau.content import ffmpeg, media
from preau.content.models import Cut
from tests.content.buckets import ADDRESS, CONTENT, DIGEST, FILES, NOW, away, kept, leave, made, s3_client, use

pytestmark = pytest.mark.django_db
film = pytest.mark.film


def test_the_doctor_names_a_file_that_is_gone_without_fetching_any(place: str, tmp_path: Path) -> None:
    made(tmp_path)
    assert not list(health.files(NOW))
    row = Cut.objects.get()
    name = media.name_of(row.digest, row.suffix)
    if place == "disk":
        (Path(django_settings.MEDIA_ROOT) / name).unlink()
    else:
        bucket_name = django_settings.STORAGES[media.COURSES]["OPTIONS"]["bucket_name"]
        s3_client().delete_object(Bucket=bucket_name, Key=name)
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
