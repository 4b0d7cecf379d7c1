"""A light PDF that says nothing of who made it: run in a process of its own, `python -m preau.peer.lightening`.

In the current folder: `in.<format>` becomes `light.pdf`, or, for an office document, `clean.<format>` for the program
that draws it; `said.json` tells how it went. Pictures are made smaller and lose what cameras write in them; of a PDF
stay its pages, their structure for screen readers and plain web links, and nothing else. Pure: no Django.
"""

import io
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfImage, Stream
from PIL import Image, ImageOps

from preau.peer import cleaning, formats
from preau.peer.formats import Unfit

MOST_PAGES = 200
MOST_POINTS = 60_000_000  # of one picture
SIDE = 1600  # points of a picture's longer side: an A4 page at 150 dpi
QUALITY = 72
SMALL = 24_000  # bytes: a picture that is smaller than this stays as it is, but for what its camera wrote
TITLE = "Document"
KEPT_OF_ROOT = {"/Type", "/Pages", "/Lang", "/MarkInfo", "/StructTreeRoot", "/OCProperties", "/PageLabels"}
KEPT_OF_PAGE = {
    *("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"),
    *("/StructParents", "/Tabs", "/Annots"),
}
TELLING = (
    "/Metadata",
    "/CreatorInfo",
    "/PieceInfo",
    "/LastModified",
    "/AF",
    "/AA",
    "/OPI",
    "/JS",
    "/EF",
    "/Measure",
    "/PtData",
)
DRAWN = {"/Widget", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Ink", "/Line", "/Square"}
DRAWN |= {"/Circle", "/Polygon", "/PolyLine", "/Stamp"}
Image.MAX_IMAGE_PIXELS = MOST_POINTS
TYPST = """#set page(paper: "a4", margin: 2.2cm, numbering: "1")
#set text(size: 11pt, font: "Libertinus Serif", hyphenate: false)
#set par(justify: false)
#for line in read("text.txt").split("\\n") [#if line.trim() == "" [#v(0.6em)] else [#line \\ ]]
"""


def main(folder: Path, kind: str) -> dict[str, Any]:
    """Do the work for one format; what is said ends in `said.json`."""
    source = folder / f"in.{kind}"
    if kind in formats.OFFICE:
        cleaning.clean(source, folder / f"clean.{kind}")
        return {}
    if kind == "txt":
        typeset(source, folder)
        source = folder / "text.pdf"
    elif kind in {"png", "jpeg"}:
        picture(source, folder / "picture.pdf")
        source = folder / "picture.pdf"
    return light(source, folder / "light.pdf")


def typeset(source: Path, folder: Path) -> None:
    """A plain text on A4 pages."""
    text = formats.decoded(source.read_bytes()).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    (folder / "text.txt").write_text(text, encoding="utf-8")
    (folder / "text.typ").write_text(TYPST, encoding="utf-8")
    typst.compile(folder / "text.typ", output=folder / "text.pdf", root=folder)


def picture(source: Path, target: Path) -> None:
    """A picture on a page of its own proportions, turned as its camera was held."""
    small = shrunk(opened(source.read_bytes()))
    width, height = small.size
    scale = 800 / max(width, height)
    pdf = Pdf.new()
    image = Stream(pdf, jpeg(small))
    image.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=Name.DeviceGray if small.mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    box = (round(width * scale), round(height * scale))
    page = pdf.add_blank_page(page_size=box)
    page.Resources = Dictionary(XObject=Dictionary(P=image))
    page.Contents = Stream(pdf, f"q {box[0]} 0 0 {box[1]} 0 0 cm /P Do Q".encode())
    pdf.save(target)


def opened(content: bytes) -> Image.Image:
    """A picture, read whole; refuses one with too many points before any of them is unpacked."""
    try:
        image = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
        if image.width * image.height > MOST_POINTS:
            raise Unfit("large picture")
        image.load()
    except Image.DecompressionBombError as error:
        raise Unfit("large picture") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Unfit("broken") from error
    return ImageOps.exif_transpose(image)


def shrunk(image: Image.Image) -> Image.Image:
    """At most SIDE points long, grey or RGB, on white where one could see through it; nothing else of it is kept."""
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        seen = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(seen, mask=seen.getchannel("A"))
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("L" if image.mode in {"1", "I", "I;16", "F"} else "RGB")
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return image


def jpeg(image: Image.Image) -> bytes:
    """Pixels only: no EXIF, no profile, no comment."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    target = io.BytesIO()
    bare.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()


def light(source: Path, target: Path) -> dict[str, Any]:
    """Strip and shrink a PDF; the number of its pages and its size."""
    try:
        with pikepdf.open(source) as pdf:
            pages = len(pdf.pages)
            if not pages:
                raise Unfit("broken")
            if pages > MOST_PAGES:
                raise Unfit("too many pages")
            strip(pdf)
            for one in pictures(pdf):
                lighter(one)
            pdf.remove_unreferenced_resources()
            pdf.docinfo = pdf.make_indirect(Dictionary(Title=TITLE))
            pdf.save(
                target,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                recompress_flate=True,
                encryption=False,
            )
    except pikepdf.PasswordError as error:
        raise Unfit("encrypted") from error
    except pikepdf.PdfError as error:
        raise Unfit("broken") from error
    return {"pages": pages, "size": target.stat().st_size}


def strip(pdf: Pdf) -> None:
    """Leave of the document what is seen, and what reads it aloud."""
    if Name.AcroForm in pdf.Root:
        pdf.generate_appearance_streams()
    for page in pdf.pages:
        sift(page.obj)
    pdf.flatten_annotations("screen")
    for page in pdf.pages:
        relink(pdf, page.obj)
        for key in set(page.obj.keys()) - KEPT_OF_PAGE:
            del page.obj[key]
    for key in set(pdf.Root.keys()) - KEPT_OF_ROOT:
        del pdf.Root[key]
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size", "/ID"}:
        del pdf.trailer[key]
    for one in dictionaries(pdf):
        for key in TELLING:
            if key in one and not shown(one[key]):
                del one[key]
        if one.get("/Type") == Name.OBJR and "/Obj" in one:
            del one["/Obj"]


def shown(value: Any) -> bool:
    """Is this a font or a form that a page calls by a name which means something else elsewhere?"""
    return isinstance(value, Dictionary | Stream) and str(value.get("/Type", "")) in {"/Font", "/XObject", "/ExtGState"}


def sift(page: Object) -> None:
    """Of a page's annotations, keep those that are drawn on it and links; the rest, comments first, is emptied too."""
    kept = []
    for one in annotations(page):
        subtype = str(one.get("/Subtype", ""))
        if subtype in DRAWN or subtype == "/Link":
            kept.append(one)
        else:
            for key in list(one.keys()):
                del one[key]
    if kept:
        page.Annots = Array(kept)
    elif Name.Annots in page:
        del page[Name.Annots]


def annotations(page: Object) -> list[Object]:
    """Those that are as they should be."""
    found = page.get("/Annots")
    return [one for one in found if isinstance(one, Dictionary)] if isinstance(found, Array) else []


def relink(pdf: Pdf, page: Object) -> None:
    """Links to the web, made anew; the others go."""
    links = []
    for one in annotations(page):
        action = one.get("/A")
        address = str(action.get("/URI", "")) if isinstance(action, Dictionary) else ""
        if one.get("/Subtype") == Name.Link and cleaning.WEB.match(address) and "/Rect" in one:
            fresh = Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=[float(n) for n in one.Rect],
                Border=[0, 0, 0],
                A=Dictionary(S=Name.URI, URI=address),
            )
            links.append(pdf.make_indirect(fresh))
        for key in list(one.keys()):
            del one[key]
    if links:
        page.Annots = Array(links)
    elif Name.Annots in page:
        del page[Name.Annots]


def dictionaries(pdf: Pdf) -> Iterator[Any]:
    """Every dictionary and stream of a document, those within others too."""
    for whole in pdf.objects:
        waiting: list[Any] = [whole]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Dictionary | Stream):
                yield one
                inner = [one[key] for key in list(one.keys())]
            elif isinstance(one, Array):
                inner = list(one)
            else:
                continue
            waiting += [x for x in inner if isinstance(x, Dictionary | Array) and not x.is_indirect]


def pictures(pdf: Pdf) -> Iterator[Any]:
    """The pictures of a document, masks aside."""
    for one in pdf.objects:
        if isinstance(one, Stream) and one.get("/Subtype") == Name.Image and not one.get("/ImageMask", False):
            yield one


def lighter(image: Any) -> None:
    """Smaller, in place, where that makes it lighter; a JPEG loses what its camera wrote in any case."""
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    if width * height > MOST_POINTS:
        raise Unfit("large picture")
    raw = image.read_raw_bytes()
    photo = image.get("/Filter") in (Name.DCTDecode, Array([Name.DCTDecode]))
    fresh = None
    if len(raw) > SMALL and not plain(image):
        fresh = redrawn(image)
    if fresh is not None and len(fresh[0]) < len(raw):
        content, small = fresh
        image.write(content, filter=Name.DCTDecode, decode_parms=None)
        image.Width, image.Height = small.size
        image.ColorSpace = Name.DeviceGray if small.mode == "L" else Name.DeviceRGB
        image.BitsPerComponent = 8
        for key in ("/Decode", "/Intent", "/Interpolate", "/DecodeParms"):
            if key in image:
                del image[key]
    elif photo:
        image.write(bare_jpeg(raw), filter=Name.DCTDecode, decode_parms=image.get("/DecodeParms"))


def plain(image: Any) -> bool:
    """Black and white, or shown through a colour that stands for nothing: points that must stay exact."""
    return int(image.get("/BitsPerComponent", 8)) == 1 or isinstance(image.get("/Mask"), Array) or "/Decode" in image


def redrawn(image: Any) -> tuple[bytes, Image.Image] | None:
    """The picture as a smaller JPEG; None where it is of a sort that we cannot read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            small = shrunk(PdfImage(image).as_pil_image())
            return jpeg(small), small
    except Exception:  # a picture that we cannot read is left as it is: dozens of codecs, each with its own errors
        return None


def bare_jpeg(content: bytes) -> bytes:
    """A JPEG without EXIF, XMP, comments: its segments APP1 and APP3 to APP13, APP15 and COM (ITU-T T.81, B.1)."""
    kept, place = [content[:2]], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker, size = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker == 0xDA:  # the scan: everything from here on is the picture
            return b"".join([*kept, content[place:]])
        if not (marker == 0xE1 or 0xE3 <= marker <= 0xED or marker in {0xEF, 0xFE}):
            kept.append(content[place : place + 2 + size])
        place += 2 + size
    return content


if __name__ == "__main__":
    here = Path.cwd()
    try:
        said = main(here, sys.argv[1])
    except Unfit as unfit:
        said = {"reason": unfit.reason}
    (here / "said.json").write_text(json.dumps(said))
