"""A file, or the part of it that was asked for (RFC 9110, section 14): what a player needs to jump."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

PIECE = 1 << 16
TEXT = ("text/", "image/svg")  # worth compressing on the way, when whole: a part is of the bytes as they lie
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def asked(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for; None when it is to be ignored (other units, several parts,
    nonsense). Raises ValueError for one that no byte satisfies."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
        if found[2] and int(found[2]) < int(found[1]):
            return None
    if first > last or first >= size:
        raise ValueError(header)
    return first, last


def answer(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """The file, or the part that was asked for."""
    return answer_from(request, path.stat().st_size, partial(pieces, path), content_type)


def answer_from(
    request: HttpRequest, size: int, part: Callable[[int, int], Iterable[bytes]], content_type: str
) -> HttpResponseBase:
    """The same of bytes that lie elsewhere: `part` gives so many of the `size` from one on, and is called before the
    answer begins, for a GET only."""
    try:
        wanted = asked(request.headers.get("Range", ""), size) if size else None
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = wanted or (0, size - 1)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if wanted:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if wanted else 200
    if wanted or not content_type.startswith(TEXT):
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # or the GZip middleware would take it for a page
    if request.method == "HEAD":  # or a server would read what nobody gets
        return HttpResponse(status=status, content_type=content_type, headers=headers)
    body = part(first, last - first + 1)
    return StreamingHttpResponse(body, status=status, content_type=content_type, headers=headers)


def pieces(path: Path, first: int, count: int) -> Iterator[bytes]:
    """So many bytes of a file, from one on."""
    with path.open("rb") as source:
        source.seek(first)
        while count and (piece := source.read(min(PIECE, count))):
            count -= len(piece)
            yield piece
