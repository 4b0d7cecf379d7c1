"""Pictures of the public site: told by content, nothing but pixels, two sizes, kept once and served as they are."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override
from PIL import Image

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.content import media
from preau.news import pictures
from preau.news.models import Picture
from tests import cast
from tests.news import articling


def served(address: str) -> tuple[Image.Image, Any]:
    """The picture at an address as a browser gets it."""
    reply = cast.browser().get(address)
    assert reply.status_code == 200
    body = b"".join(reply.streaming_content)  # type: ignore[attr-defined]
    return Image.open(io.BytesIO(body)), reply.headers


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_kept_in_two_sizes_and_served(dora: Person, now: datetime, form: str, kind: str) -> None:
    row = pictures.keep(articling.picture(3200, 2000, form=form), by=dora, now=now)
    shown = pictures.shown(row)
    assert (row.width, row.height) == (1600, 1000)
    large, headers = served(shown.src)
    assert headers["Content-Type"] == kind
    assert large.size == (1600, 1000)
    small, _headers = served(shown.small)
    assert small.size == (720, 450)
    assert shown.srcset == f"{shown.small} 720w, {shown.src} 1600w"


def test_a_small_picture_is_one_file(dora: Person, now: datetime) -> None:
    shown = pictures.shown(pictures.keep(articling.picture(300, 200), by=dora, now=now))
    assert (shown.small, shown.srcset) == (shown.src, "")


def test_a_tall_picture_says_how_wide_its_small_version_is(dora: Person, now: datetime) -> None:
    shown = pictures.shown(pictures.keep(articling.picture(1000, 2000), by=dora, now=now))
    small, _headers = served(shown.small)
    assert small.size == (360, 720)
    assert f"{shown.small} 360w" in shown.srcset


def test_nothing_that_a_camera_writes_stays(dora: Person, now: datetime) -> None:
    exif = Image.Exif()
    exif[0x010E] = "chez moi"
    row = pictures.keep(articling.picture(exif=exif), by=dora, now=now)
    kept = Path(settings.MEDIA_ROOT, row.file).read_bytes()
    assert b"chez moi" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_the_same_picture_is_kept_once(dora: Person, now: datetime) -> None:
    first = pictures.keep(articling.picture(), by=dora, now=now)
    assert pictures.keep(articling.picture(), by=cast.person("Tom"), now=now) == first
    assert Picture.objects.get().added_by == dora
    assert Entry.objects.filter(verb="picture.kept").count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JPEG"),
        (b"GIF89a" + bytes(50), "JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "JPEG"),
        (b"%PDF-1.7", "JPEG"),
        (b"\xff\xd8\xff" + b"no picture", "damaged"),
        (articling.picture(form="PNG")[:60], "damaged"),
        (articling.picture(6000, 5000, form="PNG"), "points"),
        (b"\xff\xd8\xff" + bytes(pictures.LARGEST), "10 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(dora: Person, now: datetime, content: bytes, said: str) -> None:
    with override("en"), pytest.raises(Refused, match=said):
        pictures.keep(content, by=dora, now=now)
    assert not Picture.objects.exists()


def test_a_place_that_is_away_is_told_and_nothing_is_kept(
    dora: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_more: Any) -> Any:
        raise media.Away("no answer")

    monkeypatch.setattr(media, "keep", away)
    with pytest.raises(Refused):
        pictures.keep(articling.picture(), by=dora, now=now)
    assert not Picture.objects.exists()
