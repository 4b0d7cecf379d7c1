"""The way back from a printed document to the signed one that it carries. What typst is needed for is in `pdf`: whoever
only checks a file loads none of it.
"""

import io
import zlib
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader

from preau.certificates.integrity import LONGEST_DOCUMENT

ATTACHMENT = "credential.json"
MOST = 64  # nodes and files of what is attached
LARGEST_STREAM = 8 * 1024 * 1024
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=LARGEST_STREAM),
    document_budget=DocumentDecodeBudget(base_allowance=2 * LARGEST_STREAM, max_ratio=0),
)
"""What a reader may expand to find its way in a file: of one stream, whatever filters it names, and of all together."""


class NoCredential(ValueError):
    """A PDF that carries no credential, or cannot be read; the message is one plain sentence."""


def extract_credential(data: bytes) -> bytes:
    """The attached "credential.json" of a PDF. Refuses (NoCredential) an unreadable PDF, none or several of them, and
    one longer than any credential is. Of what is attached nothing else is expanded."""
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False, decode_limits=LIMITS)
        files = [entry.get_object() for entry in _entries(reader.root["/Names"]["/EmbeddedFiles"])]
        found = [file for file in files if str(file.get("/UF", file.get("/F", ""))) == ATTACHMENT]
        content = _content(found[0]["/EF"]["/F"]) if len(found) == 1 else b""
    except Exception as error:  # a damaged structure fails in more ways than its readers have classes
        raise NoCredential("The PDF carries no credential that can be read.") from error
    if len(found) != 1:
        raise NoCredential(f"The PDF carries {len(found)} credentials; exactly one is expected.")
    if len(content) > LONGEST_DOCUMENT:
        raise NoCredential(f"The credential is larger than {LONGEST_DOCUMENT // 1024} KB.")
    return content


def _entries(tree: generic.DictionaryObject) -> list[Any]:
    """The files of a name tree. Refuses (ValueError) more of them, or more nodes, than anybody would attach: a node may
    name itself."""
    nodes: list[Any] = [tree]
    found: list[Any] = []
    for node in nodes:
        names, kids = node.get("/Names", ()), node.get("/Kids", ())
        if max(len(found) + len(names) // 2, len(nodes) + len(kids)) > MOST:
            raise ValueError("too many attachments")
        found += list(names)[1::2]
        nodes += [child.get_object() for child in kids]
    return found


def _content(stream: generic.StreamObject) -> bytes:
    """What a stream holds, a byte more than a credential ever does at most. Refuses (ValueError) one that is cut, and
    filters that we do not write."""
    raw = bytes(stream.encoded_data)
    filters = stream.get("/Filter", ())
    names = [filters] if isinstance(filters, generic.NameObject) else list(filters)
    if not names:
        return raw[: LONGEST_DOCUMENT + 1]
    if names != ["/FlateDecode"] or "/DecodeParms" in stream:
        raise ValueError("a filter that is not ours")
    unzip = zlib.decompressobj()
    content = unzip.decompress(raw, LONGEST_DOCUMENT + 1)
    if not unzip.eof and len(content) <= LONGEST_DOCUMENT:
        raise ValueError("the attachment is cut")
    return content
