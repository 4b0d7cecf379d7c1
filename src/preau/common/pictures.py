"""Pictures that people send to each other: pixels only, upright, no larger than a screen shows. Pure: no Django.

What a camera writes into them (where, when, with which device) goes; so does what a phone would pay for in vain."""

import io

from PIL import Image, ImageOps

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
SIDE = 2560  # points of the longer side
MOST_POINTS = 24_000_000  # unpacked: 96 MB; a JPEG is unpacked at a half, a quarter or an eighth when it is larger


class Unreadable(ValueError):
    """Not a picture after all, or one that is too large to be unpacked here."""


class TooManyPoints(Unreadable):
    """A picture that is too large to be unpacked here."""


def kind_of(content: bytes) -> str | None:
    """The media type of a JPEG, PNG or WebP, told by its first bytes; None for the rest."""
    starts = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((name for start, name in starts.items() if content.startswith(start)), None)


def size(content: bytes) -> tuple[int, int]:
    """Width and height of what `plain` wrote, in points."""
    with Image.open(io.BytesIO(content), formats=list(FORMATS.values())) as image:
        return image.size


def plain(content: bytes, media_type: str, side: int = SIDE) -> bytes:
    """The same picture without anything but its pixels, in the same format, its longer side `side` points at most; what
    is no JPEG, PNG or WebP as it was. Raises Unreadable."""
    name = FORMATS.get(media_type)
    if name is None:
        return content
    try:
        with Image.open(io.BytesIO(content), formats=[name]) as image:
            image.draft("RGB", (side, side))
            if image.width * image.height > MOST_POINTS:
                raise TooManyPoints("too many points")
            upright = ImageOps.exif_transpose(image)
    except (TooManyPoints, Image.DecompressionBombError) as error:
        raise TooManyPoints(str(error)) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable(str(error)) from error
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    return _written(upright, name)


def _written(image: Image.Image, name: str) -> bytes:
    if name == "JPEG" and image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    bare = Image.new(image.mode, image.size)
    if image.mode == "P":
        bare.putpalette(image.getpalette() or [])
        if "transparency" in image.info:
            bare.info["transparency"] = image.info["transparency"]
    bare.paste(image)
    target = io.BytesIO()
    bare.save(target, name, **({"optimize": True} if name == "PNG" else {"quality": 85}))
    return target.getvalue()
