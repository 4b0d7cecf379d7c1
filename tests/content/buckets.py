"""Where course files lie in the tests: the disk, and a bucket of a real S3 server in a process of its own."""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from pytest_django import Settings

from preau.common.ids import new_id
from preau.content import media, videos
from preau.content.models import Cut, Version
from tests import cast
from tests.content import films

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
        s3_client().close()


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
    s3_client().create_bucket(Bucket=name, CreateBucketConfiguration=place)
    yield name
    leave()


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest) -> str:
    """Where course files are in this run of the test."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return str(request.param)


def s3_client() -> Any:
    """boto3's own, past our class."""
    return storages[media.COURSES].connection.meta.client  # type: ignore[attr-defined]


def held(name: str) -> set[str]:
    """The names in the bucket."""
    return {one["Key"] for one in s3_client().list_objects_v2(Bucket=name).get("Contents", ())}


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
