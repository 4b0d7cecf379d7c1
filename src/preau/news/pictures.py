"""Pictures of the public site: told by their content, re-encoded so that nothing but pixels is left, in two sizes, kept
by content beside the courses' files and served as they are."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import pictures
from preau.content import media
from preau.news.models import Picture

LARGE, SMALL = 1600, 720  # points of the longer side
LARGEST = 10_000_000  # bytes of what is sent
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
SIZES = "(min-width: 48em) 45rem, 100vw"  # how wide a text is


@dataclass(frozen=True)
class Shown:
    """A picture as a page shows it: addresses, and the size of the large one in points."""

    src: str
    srcset: str  # "" where both sizes are the same file
    small: str
    width: int
    height: int
    sizes: str = SIZES


def judge(content: bytes) -> str:
    """The media type of a picture that is taken. Refuses what is too large, or no JPEG, PNG or WebP."""
    if len(content) > LARGEST:
        raise Refused(_("This picture is larger than 10 MB: save it smaller, then send it again."))
    kind = pictures.kind_of(content)
    if kind is None:
        raise Refused(_("This file is no picture that is shown here: a JPEG, PNG or WebP is."))
    return kind


def prepared(content: bytes) -> tuple[Mapping[str, bytes], str]:
    """The large and the small one, re-encoded, and the suffix of both. Refuses what cannot be read."""
    kind = judge(content)
    try:
        large = pictures.plain(content, kind, LARGE)
        small = large if max(pictures.size(large)) <= SMALL else pictures.plain(large, kind, SMALL)
    except pictures.TooManyPoints as error:
        raise Refused(_("This picture has too many points: save it smaller, then send it again.")) from error
    except pictures.Unreadable as error:
        raise Refused(_("This picture could not be read: it may be damaged. Save it again, then send it.")) from error
    return {"large": large, "small": small}, SUFFIXES[kind]


def keep(content: bytes, *, by: Person, now: datetime) -> Picture:
    """Keep a picture, once however often it comes. Refuses what is none, or too large. The files come first, under the
    name of their content, so that no transaction waits for them."""
    sizes, suffix = prepared(content)
    try:
        with tempfile.TemporaryDirectory() as folder:
            names = {name: _stored(Path(folder, f"{name}{suffix}"), body) for name, body in sizes.items()}
    except OSError as error:  # the bucket is away, or the disk is full
        raise Refused(_("The picture could not be stored just now. Nothing was changed: send it again.")) from error
    width, height = pictures.size(sizes["large"])
    first = {"small": names["small"], "width": width, "height": height, "added_by": by, "added_at": now}
    with transaction.atomic():
        row, new = Picture.objects.get_or_create(file=names["large"], defaults=first)
        if new:
            journal.log("picture.kept", by=by.pk, about="picture", about_id=row.pk, at=now)
    return row


def add(*, act: acts.Act, by: Person, content: bytes, now: datetime) -> acts.Outcome:
    """The same as an act of its own."""
    row = keep(content, by=by, now=now)
    return acts.once(act, by.pk, lambda: {"picture": str(row.pk)})


def _stored(path: Path, body: bytes) -> str:
    path.write_bytes(body)
    return media.name_of(media.keep(path.name, path).digest, path.suffix)


def of(ids: Iterable[UUID]) -> dict[UUID, Picture]:
    """Those of these pictures that are kept: one query, none for nothing."""
    wanted = set(ids)
    return Picture.objects.in_bulk(wanted) if wanted else {}


def read(written: object) -> list[UUID]:
    """The picture that a form names, none for what is no id."""
    try:
        return [UUID(str(written))]
    except ValueError:
        return []


def address(file: str) -> str:
    """Where a kept file is served."""
    return f"/media/{file.partition('/')[2]}"


def shown(row: Picture) -> Shown:
    """A picture for a page: a phone takes the small one."""
    large, small = address(row.file), address(row.small)
    longest = max(row.width, row.height)
    narrow = max(1, round(row.width * SMALL / longest))
    srcset = f"{small} {narrow}w, {large} {row.width}w" if small != large else ""
    return Shown(large, srcset, small, row.width, row.height)
