"""Pictures that people send: pixels only, upright, of a screen's size."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from preau.common import pictures

SECRET = b"48.8566N 2.3522E"


def picture(name: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", turned: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET.decode(), turned  # ImageDescription, Orientation
    target = io.BytesIO()
    Image.new(mode, size).save(target, name, exif=exif.tobytes())
    return target.getvalue()


@pytest.mark.parametrize("media_type", pictures.FORMATS)
def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright(media_type: str) -> None:
    name = pictures.FORMATS[media_type]
    sent = picture(name, turned=6)
    assert SECRET in sent
    kept = pictures.plain(sent, media_type)
    assert SECRET not in kept
    image = Image.open(io.BytesIO(kept))
    assert (image.format, image.size, dict(image.getexif())) == (name, (20, 40), {})
    assert pictures.plain(sent, media_type) == kept, "sent twice, it is one act"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_comes_through(mode: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (30, 30)).save(target, "PNG")
    assert Image.open(io.BytesIO(pictures.plain(target.getvalue(), "image/png"))).size == (30, 30)


def test_one_could_see_through_it_still() -> None:
    seen = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    target = io.BytesIO()
    seen.convert("P").save(target, "PNG", transparency=0)
    kept = Image.open(io.BytesIO(pictures.plain(target.getvalue(), "image/png"))).convert("RGBA")
    before = Image.open(target).convert("RGBA")
    assert kept.getpixel((5, 5)) == before.getpixel((5, 5))


def test_a_large_photograph_is_made_as_large_as_a_screen() -> None:
    kept = Image.open(io.BytesIO(pictures.plain(picture("JPEG", (6000, 4000)), "image/jpeg")))
    assert kept.size == (2560, 1707)


def test_too_many_points_are_refused_before_they_are_unpacked() -> None:
    target = io.BytesIO()
    Image.new("1", (7000, 7000)).save(target, "PNG")
    with pytest.raises(pictures.Unreadable):
        pictures.plain(target.getvalue(), "image/png")


def test_what_is_no_picture_of_these_is_left_as_it_was() -> None:
    assert pictures.plain(b"GIF89a...", "image/gif") == b"GIF89a..."
    assert pictures.plain(b"%PDF-1.7", "application/pdf") == b"%PDF-1.7"


@given(st.integers(0, 2**32), st.sampled_from(sorted(pictures.FORMATS)), st.binary(min_size=1, max_size=20))
def test_a_broken_picture_is_refused_and_nothing_else(place: int, media_type: str, other: bytes) -> None:
    sent = bytearray(picture(pictures.FORMATS[media_type]))
    sent[place % len(sent) :] = other
    try:
        pictures.plain(bytes(sent), media_type)
    except pictures.Unreadable:
        return
