"""How a compiled page is answered, by the page server and by Django alike: one ETag per encoding, 304, never
compressed twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

PREFERRED = ("br", "gzip", "identity")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def encoding_for(accept: str) -> str:
    """The best of our encodings that the request accepts (RFC 9110, 12.5.3; a weight of 0 refuses)."""
    if accept == "gzip, deflate, br, zstd" or accept == "gzip, deflate, br":
        return "br"
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, _, q = part.partition(";")
        try:
            weights[name.strip()] = float(q.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0
    return next(
        (name for name in PREFERRED if weights.get(name, weights.get("*", 0) if name != "identity" else 1) > 0),
        "identity",
    )


def answer(
    digest: str,
    language: str,
    *,
    accept: str,
    if_none_match: str,
    shared: bool,
    body: Callable[[str], bytes],
    extra: Mapping[str, str],
) -> Answer:
    """The response for a page known by `digest`; `body(encoding)` is called only when it is sent. Unless it is
    `shared`, open to everybody, no cache but the reader's own may keep it."""
    encoding = encoding_for(accept)
    etag = f'"{digest}-{encoding}"'
    headers = [
        ("ETag", etag),
        ("Vary", "Accept-Encoding" if shared else "Accept-Encoding, Cookie"),
        ("Cache-Control", f"{'public' if shared else 'private'}, max-age=0, must-revalidate"),
        *extra.items(),
    ]
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    if etag in known or "*" in known:
        return Answer(304, tuple(headers), b"")
    sent = body(encoding)
    headers += [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Content-Length", str(len(sent))),
    ]
    if encoding != "identity":
        headers.append(("Content-Encoding", encoding))
    return Answer(200, tuple(headers), sent)
