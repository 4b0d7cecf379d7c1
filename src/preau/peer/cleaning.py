"""An office document made anonymous and harmless before anything draws it: an archive of ours with what its pages need.

Left behind: properties, comments, authors of changes (the changes are accepted, what was deleted is gone), earlier
versions, embedded files, scripts, and everything that points outside the archive but plain web links. Office Open XML
(ECMA-376) and OpenDocument 1.3. Pure: no Django.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lxml import etree

from preau.peer.formats import LIMITS, Unfit

type Element = Any  # of lxml, which says nothing of its types

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
OFFICE, TEXT, TABLE, DRAW, SCRIPT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "text", "table", "drawing", "script")
)
XLINK = "{http://www.w3.org/1999/xlink}"
LEFT = re.compile(  # members that no page needs
    r"^docprops/|^customxml/|/embeddings/|/activex/|/printersettings|/attachedtoolbars|/glossary/|/revisions/"
    r"|/(threaded)?comments?[^/]*(\.xml|/)|/people\.xml|/persons/|/commentauthors|/authors\.xml|/comments/|vbaproject"
    r"|/connections\.xml|/querytables/|/externallinks/|^meta\.xml|^settings\.xml|^thumbnails/|^versions/|^basic/"
    r"|^scripts/|^configurations2/|^meta-inf/(?!manifest\.xml)|^layout-cache|^manifest\.rdf",
    re.I,
)
CHANGES = re.compile(
    r"(rPr|pPr|sectPr|tblPr|tcPr|trPr|tblGrid|tblPrEx|numbering)Change$|(move(From|To)Range|customXml(Ins|Del|Move)).*$"
)
GONE_IN_WORD = {"del", "moveFrom", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"}
KEPT_IN_WORD = {"ins", "moveTo"}
FIELDS = re.compile(
    r"^\s*(AUTHOR|LASTSAVEDBY|USER\w+|FILENAME|DOCPROPERTY|INFO|COMMENTS|TEMPLATE|DDE\w*|INCLUDE\w+)\b", re.I
)
BOUND = re.compile(r"creator|author|lastModifiedBy|company|manager|keywords|description", re.I)
GONE_IN_OPEN = {
    *(f"{OFFICE}{n}" for n in ("annotation", "annotation-end", "scripts", "event-listeners", "meta", "dde-source")),
    *(f"{TEXT}{n}" for n in ("tracked-changes", "change", "change-start", "change-end", "author-name", "creator")),
    *(f"{TEXT}{n}" for n in ("author-initials", "initial-creator", "printed-by", "file-name", "execute-macro")),
    *(f"{TEXT}{n}" for n in ("dde-connection-decls", "dde-connection", "section-source", "user-defined", "script")),
    *(f"{TABLE}{n}" for n in ("tracked-changes", "dde-links", "cell-range-source", "table-source")),
    *(f"{DRAW}{n}" for n in ("plugin", "applet", "floating-frame")),
}
INSIDE = re.compile(r"^(\./|#)?[^:/\\?#|][^:\\?#|]*$")  # a part of the archive, or a place in the text
WEB = re.compile(r"^https?://", re.I)


def clean(source: Path, target: Path) -> None:
    """Write the cleaned archive. Raises Unfit for what cannot be read, is not as it should be, or is too large."""
    try:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as new:
            names = [one.filename for one in old.infolist() if not one.is_dir() and not LEFT.search(one.filename)]
            parts = Parts(old, frozenset(names))
            for name in sorted(names, key=lambda one: one != "mimetype"):
                stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                new.writestr(name, parts.cleaned(name), stored)
    except (zipfile.BadZipFile, etree.LxmlError, OSError, RuntimeError, ValueError, EOFError) as error:
        raise Unfit("broken") from error


class Parts:
    """The members of an archive, each read within bounds."""

    def __init__(self, archive: zipfile.ZipFile, names: frozenset[str]) -> None:
        self.archive = archive
        self.names = names
        self.left = LIMITS.total

    def read(self, name: str) -> bytes:
        with self.archive.open(name) as part:
            content = part.read(min(self.left, LIMITS.file) + 1)
        self.left -= len(content)
        if self.left < 0 or len(content) > LIMITS.file:
            raise Unfit("bomb")
        return content

    def cleaned(self, name: str) -> bytes:
        content = self.read(name)
        work = self.work_for(name)
        return worked(content, work) if work else content

    def work_for(self, name: str) -> Callable[[Element], None] | None:
        """What is done to the XML of this member."""
        if name.endswith(".rels"):
            return lambda root: self.relations(root, name)
        if name == "[Content_Types].xml":
            return self.types
        if name == "META-INF/manifest.xml":
            return self.manifest
        if not name.endswith(".xml"):
            return None
        if name.startswith("word/"):
            return word
        return open_document if "mimetype" in self.names else lambda root: None

    def relations(self, root: Element, name: str) -> None:
        """Relations to members that stay, and to the web."""
        base = posixpath.dirname(posixpath.dirname(name))
        for one in root.findall(RELATION):
            target = one.get("Target", "")
            if one.get("TargetMode") == "External":
                fine = one.get("Type", "").endswith("/hyperlink") and WEB.match(target)
            else:
                fine = posixpath.normpath(posixpath.join("/" + base, target)).lstrip("/").split("#")[0] in self.names
            if not fine:
                root.remove(one)

    def types(self, root: Element) -> None:
        """Content types of members that stay."""
        for one in list(root):
            if one.get("PartName") and one.get("PartName").lstrip("/") not in self.names:
                root.remove(one)

    def manifest(self, root: Element) -> None:
        """Entries of members that stay."""
        for one in list(root):
            path = next((value for key, value in one.attrib.items() if key.endswith("full-path")), "/")
            if not path.endswith("/") and path not in self.names:
                root.remove(one)


def worked(content: bytes, work: Callable[[Element], None]) -> bytes:
    """XML after some work. A document type, which these formats do not have, is a way to read other files: refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise Unfit("names")
    work(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def drop(element: Element) -> None:
    """Take an element out, and leave the text that follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Put what an element holds in its place."""
    for child in list(element):
        element.addprevious(child)
    drop(element)


def local(element: Element) -> str:
    """A tag without its namespace; empty for a comment or an instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def word(root: Element) -> None:
    """Changes accepted, comments gone, no field or control that says who wrote it."""
    for row in list(root.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{W}del") is not None:
            drop(row)
    for cell in list(root.iter(f"{W}cellDel")):
        drop(cell.getparent().getparent())
    for one in list(root.iter()):
        name = local(one)
        if name in GONE_IN_WORD or CHANGES.search(name) or name in {"attachedTemplate", "mailMerge", "altChunk"}:
            drop(one)
        elif name in KEPT_IN_WORD:
            unwrap(one)
    for field in list(root.iter(f"{W}fldSimple")):
        if FIELDS.match(field.get(f"{W}instr", "")):
            drop(field)
    for binding in list(root.iter(f"{W}dataBinding")):
        if BOUND.search(binding.get(f"{W}xpath", "")):
            drop(binding.getparent().getparent())
    long_fields(root.iter(f"{W}r"))


def long_fields(runs: Iterable[Element]) -> None:
    """Drop the runs of fields that say who wrote it: from their begin, over what they are, to their end."""
    open_fields: list[list[Element]] = []
    for run in list(runs):
        kinds = [one.get(f"{W}fldCharType") for one in run.iter(f"{W}fldChar")]
        if "begin" in kinds:
            open_fields.append([])
        for field in open_fields:
            field.append(run)
        if "end" in kinds and open_fields:
            field = open_fields.pop()
            if FIELDS.match("".join(i.text or "" for one in field for i in one.iter(f"{W}instrText"))):
                for one in field:
                    drop(one)


def open_document(root: Element) -> None:
    """Changes accepted, comments gone, nothing that runs or that lies elsewhere."""
    for one in list(root.iter()):
        if one.tag in GONE_IN_OPEN or str(one.tag).startswith((SCRIPT, f"{TEXT}sender-")):
            drop(one)
            continue
        href = one.get(f"{XLINK}href")
        if not href or (INSIDE.match(href) and ".." not in href) or (local(one) == "a" and WEB.match(href)):
            continue
        if local(one) == "a":
            del one.attrib[f"{XLINK}href"]
        else:
            drop(one)
