"""Documents that the tests make, kind and hostile: nothing here was made by others, and each is a few lines of bytes.

Every one is written by `AUTHOR`, wherever its format has a place for that.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image

AUTHOR = "Zéphyrine Quatremère"
LATIN = "Zephyrine Quatremere"  # the same where a format knows no accents
GONE = "une phrase effacée"
REMARK = "un commentaire en marge"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f"<dc:creator>{AUTHOR}</dc:creator><cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy></cp:coreProperties>"
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "script": "script",
        "meta": "meta",
        "manifest": "manifest",
        "style": "style",
        "svg": "svg-compatible",
    }.items()
)
ODF += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'


def archive(members: Mapping[str, str | bytes], *, stored: bool = False) -> bytes:
    """A ZIP of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return target.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    """A part of relations: (id, type, target); a target outside the archive says so."""
    lines = "".join(
        f'<Relationship Id="{pk}" Type="{RELATIONS}/{kind}" Target="{target}"'
        f"{' TargetMode="External"' if ':' in target else ''}/>"
        for pk, kind, target in rows
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def types(**parts: str) -> str:
    """Content types: extension or part (with `__` for `/` and `_` for `.`) → type."""
    lines = "".join(
        f'<Override PartName="/{name.replace("__", "/").replace("_", ".")}" ContentType="{kind}"/>'
        for name, kind in parts.items()
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        f"{lines}</Types>"
    )


CHANGED = (
    f'<w:p><w:ins w:id="1" w:author="{AUTHOR}" w:date="2026-03-01T10:00:00Z"><w:r><w:t>une phrase ajoutée</w:t></w:r>'
    f'</w:ins><w:del w:id="2" w:author="{AUTHOR}" w:date="2026-03-01T10:00:00Z"><w:r><w:delText>{GONE}'
    f'</w:delText></w:r></w:del><w:commentRangeStart w:id="0"/>'
    '<w:r><w:t> commentée</w:t></w:r><w:commentRangeEnd w:id="0"/>'
    '<w:r><w:commentReference w:id="0"/></w:r></w:p>'
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> AUTHOR </w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{AUTHOR}</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
COMMENTS = (
    f'{HEAD}<w:comments {W}><w:comment w:id="0" w:author="{AUTHOR}" w:initials="ZQ">'
    f"<w:p><w:r><w:t>{REMARK}</w:t></w:r></w:p></w:comment></w:comments>"
)


def docx(
    *paragraphs: str,
    body: str = CHANGED,
    photos: int = 0,
    more: Mapping[str, str | bytes] | None = None,
    rows: tuple[tuple[str, str, str], ...] = (),
) -> bytes:
    """A Word document with a core property, a comment and tracked changes; `photos` of a few megapixels each."""
    text = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    pictures = "".join(drawing(n) for n in range(photos))
    links = [("c1", "comments", "comments.xml"), *((f"p{n}", "image", f"media/{n}.jpeg") for n in range(photos)), *rows]
    return archive(
        {
            "[Content_Types].xml": types(
                word__document_xml=f"{MAIN}.wordprocessingml.document.main+xml",
                word__comments_xml=f"{MAIN}.wordprocessingml.comments+xml",
                docProps__core_xml="application/vnd.openxmlformats-package.core-properties+xml",
            ),
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")).replace(
                "</Relationships>",
                f'<Relationship Id="r2" Type="{PACKAGE}/relationships/metadata/core-properties" '
                'Target="docProps/core.xml"/></Relationships>',
            ),
            "docProps/core.xml": HEAD + CORE,
            "word/document.xml": f"{HEAD}<w:document {W} {R}><w:body>{text}{body}{pictures}</w:body></w:document>",
            "word/comments.xml": COMMENTS,
            "word/_rels/document.xml.rels": relations(*links),
            **{f"word/media/{n}.jpeg": photo(seed=n) for n in range(photos)},
            **(more or {}),
        }
    )


def drawing(number: int) -> str:
    """The place of a picture in a Word document."""
    picture = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{picture}/wordprocessingDrawing">'
        f'<wp:extent cx="5400000" cy="3600000"/><wp:docPr id="{number + 1}" name="P{number}"/>'
        f'<a:graphic xmlns:a="{picture}/main"><a:graphicData uri="{picture}/picture">'
        f'<pic:pic xmlns:pic="{picture}/picture"><pic:nvPicPr><pic:cNvPr id="{number + 1}" name="P"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="p{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="3600000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def photo(size: tuple[int, int] = (600, 400), *, seed: int = 0, kind: str = "JPEG") -> bytes:
    """A picture with grain, as a camera's, and the camera owner's name in its EXIF."""
    small = Image.effect_noise((size[0] // 4, size[1] // 4), 60 + seed % 7).resize(size)
    image = Image.merge("RGB", (small, small.rotate(90).resize(size), small.rotate(180)))
    exif = Image.Exif()
    exif[0x013B] = LATIN  # Artist
    exif[0x8298] = LATIN  # Copyright
    target = io.BytesIO()
    image.save(target, kind, quality=95, exif=exif)
    return target.getvalue()


def opened(kind: str, body: str, *, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """An OpenDocument file: `kind` is text, spreadsheet or presentation."""
    media = f"application/vnd.oasis.opendocument.{kind}"
    content = f'{HEAD}<office:document-content {ODF} office:version="1.3"><office:body>{body}</office:body>'
    return archive(
        {
            "mimetype": media,
            "content.xml": f"{content}</office:document-content>",
            "meta.xml": f"{HEAD}<office:document-meta {ODF}><office:meta><dc:creator>{AUTHOR}</dc:creator>"
            f"<meta:initial-creator>{AUTHOR}</meta:initial-creator></office:meta></office:document-meta>",
            "META-INF/manifest.xml": f'{HEAD}<manifest:manifest {ODF}><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{media}"/><manifest:file-entry manifest:full-path="content.xml" '
            'manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" '
            'manifest:media-type="text/xml"/></manifest:manifest>',
            **(more or {}),
        },
        stored=True,
    )


def odt(words: str = "Un projet.", extra: str = "") -> bytes:
    """A text with a deleted sentence, a remark and a field that says who wrote it."""
    change = (
        '<text:tracked-changes><text:changed-region text:id="c"><text:deletion><office:change-info>'
        f"<dc:creator>{AUTHOR}</dc:creator></office:change-info><text:p>{GONE}</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    remark = f"<office:annotation><dc:creator>{AUTHOR}</dc:creator><text:p>{REMARK}</text:p></office:annotation>"
    field = f'<text:author-name text:fixed="true">{AUTHOR}</text:author-name>'
    return opened(
        "text",
        f'<office:text>{change}<text:p>{words}<text:change text:change-id="c"/>{remark}{field} Fin.</text:p>{extra}'
        "</office:text>",
    )


def ods() -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>Budget</text:p></table:table-cell>'
    table = f'<table:table table:name="A"><table:table-row>{cell}</table:table-row></table:table>'
    return opened("spreadsheet", f"<office:spreadsheet>{table}</office:spreadsheet>")


def odp() -> bytes:
    frame = (
        '<draw:frame svg:width="10cm" svg:height="3cm" svg:x="1cm" svg:y="1cm"><draw:text-box><text:p>Diapositive'
        "</text:p></draw:text-box></draw:frame>"
    )
    return opened(
        "presentation", f'<office:presentation><draw:page draw:name="A">{frame}</draw:page></office:presentation>'
    )


def xlsx() -> bytes:
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return archive(
        {
            "[Content_Types].xml": types(
                xl__workbook_xml=f"{MAIN}.spreadsheetml.sheet.main+xml",
                xl__worksheets__s_xml=f"{MAIN}.spreadsheetml.worksheet+xml",
                xl__comments1_xml=f"{MAIN}.spreadsheetml.comments+xml",
            ),
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
            "docProps/core.xml": HEAD + CORE,
            "xl/workbook.xml": f'{HEAD}<workbook xmlns="{sheet}" {R}><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/s.xml")),
            "xl/worksheets/s.xml": f'{HEAD}<worksheet xmlns="{sheet}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
            "<is><t>Budget</t></is></c></row></sheetData></worksheet>",
            "xl/worksheets/_rels/s.xml.rels": relations(("c", "comments", "../comments1.xml")),
            "xl/comments1.xml": f'{HEAD}<comments xmlns="{sheet}"><authors><author>{AUTHOR}</author></authors>'
            f'<commentList><comment ref="A1" authorId="0"><text><t>{REMARK}</t></text></comment></commentList>'
            "</comments>",
        }
    )


def pdf(pages: int = 1, *, hostile: bool = True, photo_of: bytes = b"") -> bytes:
    """A PDF whose info, XMP, attachment, script, comment and pictures say who made it."""
    made = pikepdf.Pdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(400, 300))
    page = made.pages[0]
    page.Contents = pikepdf.Stream(made, b"BT /F 18 Tf 40 200 Td (Un projet) Tj ET")
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    if photo_of:
        size = Image.open(io.BytesIO(photo_of)).size
        image = pikepdf.Stream(made, photo_of)
        image.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=size[0],
            Height=size[1],
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
            Metadata=pikepdf.Stream(made, f"<x>{LATIN}</x>".encode()),
        )
        page.Resources.XObject = pikepdf.Dictionary(P=image)
        page.Contents = pikepdf.Stream(made, b"q 300 0 0 200 40 40 cm /P Do Q")
    if hostile:
        _sign(made, page)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _sign(made: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """The author's name wherever a PDF can hide it, and what runs when it is opened."""
    with made.open_metadata() as meta:
        meta["dc:creator"] = [LATIN]
    made.docinfo["/Author"] = LATIN
    made.attachments["cv.txt"] = LATIN.encode()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{LATIN}')")
    made.Root.OpenAction = script
    page.obj.AA = pikepdf.Dictionary(O=script)
    page.obj.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private=LATIN))
    rect = pikepdf.Array([10, 10, 60, 30])
    note: Any = {"Type": pikepdf.Name.Annot, "Rect": rect, "T": LATIN, "Contents": REMARK}
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/source")
    mail = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=f"mailto:{LATIN.split()[0]}@example.org")
    page.obj.Annots = pikepdf.Array(
        [
            made.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name.Text, **note)),
            made.make_indirect(
                pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link, Type=pikepdf.Name.Annot, Rect=rect)
            ),
            made.make_indirect(
                pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=mail, Type=pikepdf.Name.Annot, Rect=rect)
            ),
            made.make_indirect(
                pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=script, Type=pikepdf.Name.Annot, Rect=rect)
            ),
        ]
    )


def bomb(inside: int = 300_000_000) -> bytes:
    """A Word document of a few hundred kilobytes that unpacks to `inside` bytes."""
    return docx(more={"word/media/0.bmp": bytes(inside)})


def png_bomb(side: int = 20_000) -> bytes:
    """A PNG of some kilobytes with `side` times `side` points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(bytes(side // 8 + 1) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
