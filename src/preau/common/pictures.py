"""Pictures that people send to each other: pixels only, upright, no larger than a screen shows. Pure: no Django.

What a camera writes into them (where, when, with which device) goes; so does what a phone would pay for in vain."""

import io

from PIL import Image, ImageOps

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
SIDE = 2560  # points of the longer side
MOST_POINTS = 24_000_000  # unpacked: 96 MB; a JPEG is unpacked at a half, a quarter or an eighth when it is larger


class Unreadable(ValueError):
    """Not a picture after all, or one that is too large to be unpacked here."""


def plain(content: bytes, media_type: str) -> bytes:
    """The same picture without anything but its pixels, in the same format; what is no JPEG, PNG or WebP as it was.
    Raises Unreadable."""
    name = FORMATS.get(media_type)
    if name is None:
        return content
    try:
        with Image.open(io.BytesIO(content), formats=[name]) as image:
            image.draft("RGB", (SIDE, SIDE))
            if image.width * image.height > MOST_POINTS:
                raise Unreadable("too many points")
            upright = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
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
