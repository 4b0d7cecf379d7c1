"""Course files in an S3-compatible bucket. The only module that knows boto3: Django loads it by its name in STORAGES,
so that a site whose files are on the disk never carries it.

An object appears once it is whole, uploads in parts included; its headers are those that our own address gives, for a
browser that is sent to the bucket. Parts go one after the other, in the calling thread: a part's memory at a time.
"""

import errno
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from preau.common import ranges
from preau.content import media
from preau.content.media import Away, Watch

# Checksums in trailers, which botocore sends unless told otherwise, are refused by several compatible stores.
CLIENT = Config(
    connect_timeout=4,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 2},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
PART = 16 << 20  # bytes; ten thousand of them are the most that S3 takes
TRANSFER = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
GONE = {"404", "NoSuchKey"}


class Bucket(S3Storage):  # type: ignore[misc]  # it has no types
    """A `media.Place`. Its options are S3Storage's: bucket_name, endpoint_url, region_name, access_key, secret_key;
    where no key is given, boto3 looks for one as it does everywhere (environment, the machine's role)."""

    bucket_name: str

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=CLIENT, transfer_config=TRANSFER, **options)

    @property
    def client(self) -> Any:
        """boto3's client, one for each thread."""
        return self.connection.meta.client

    def keep(self, path: Path, watch: Watch) -> tuple[str, int]:
        before = path.stat()
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        name = media.name_of(digest, path.suffix.lower())
        with answering(name):
            if not self.exists(name):
                self._upload(path, name, watch)
                after = path.stat()
                if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                    self.delete(name)  # what went up may be another content than its name says
                    raise OSError(errno.EBUSY, "the file was changed while it was read", str(path))
        return digest, before.st_size

    def _upload(self, path: Path, name: str, watch: Watch) -> None:
        kind = media.kind_of(path.name)
        said = {
            "ContentType": kind,
            "CacheControl": media.FOR_EVER,
            "ContentDisposition": media.disposition(kind),
        }
        told = {"ExtraArgs": said, "Callback": lambda _bytes: watch(), "Config": self.transfer_config}
        self.client.upload_file(str(path), self.bucket_name, name, **told)

    def size(self, name: str) -> int:
        with answering(name):
            found: int = self.client.head_object(Bucket=self.bucket_name, Key=name)["ContentLength"]
        return found

    def part(self, name: str, first: int, count: int) -> Iterable[bytes]:
        if not count:
            return ()
        wanted = f"bytes={first}-{first + count - 1}"
        with answering(name):
            return Pieces(name, self.client.get_object(Bucket=self.bucket_name, Key=name, Range=wanted)["Body"])

    def local(self, name: str, folder: Path, watch: Watch) -> Path:
        target = folder / f"source{Path(name).suffix}"
        self.fetch(name, target, watch)
        return target

    def fetch(self, name: str, target: Path, watch: Watch) -> None:
        told = {"Callback": lambda _bytes: watch(), "Config": self.transfer_config}
        with answering(name):
            self.client.download_file(self.bucket_name, name, str(target), **told)
        with target.open("rb") as got:
            if hashlib.file_digest(got, "sha256").hexdigest() != Path(name).stem:
                raise Away(errno.EIO, f"{media.where()} gave another content than was kept", name)

    def absent(self, names: Iterable[str]) -> list[str]:
        with answering(""):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name)
            there = {one["Key"] for page in pages for one in page.get("Contents", ())}
        return [name for name in names if name not in there]


class Pieces:
    """A body on its way. Closing it lets go of the connection, wherever its reader stopped."""

    def __init__(self, name: str, body: Any) -> None:
        self.name, self.body = name, body

    def __iter__(self) -> Iterator[bytes]:
        with answering(self.name):
            yield from self.body.iter_chunks(ranges.PIECE)

    def close(self) -> None:
        """Let go of the connection."""
        self.body.close()


@contextmanager
def answering(name: str) -> Iterator[None]:
    """What boto3 raises, as what a `media.Place` raises."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in GONE:
            raise FileNotFoundError(errno.ENOENT, f"it is not in {media.where()}", name) from error
        raise Away(errno.EIO, f"{media.where()} refuses: {error}", name) from error
    except (BotoCoreError, Boto3Error) as error:
        raise Away(errno.EHOSTUNREACH, f"{media.where()} cannot be used: {error}", name) from error
