"""What mail servers send back: delivery reports (RFC 3464) and complaints (RFC 5965). Pure: no Django."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Mime

STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Report:
    """`hard`: the address will never work. `address` is what the report says, which proves nothing. `what` is bounce,
    delayed, delivered or complaint."""

    what: str
    hard: bool = False
    address: str = ""
    status: str = ""


def report(mime: Mime) -> Report | None:
    """What a delivery report or a complaint says; None when this is neither."""
    if mime.get_content_type() != "multipart/report":
        return None
    kind = str(mime.get_param("report-type") or "").lower()
    fields = list(_fields(mime))
    if kind == "feedback-report":
        return Report("complaint", hard=True, address=_first(fields, "original-rcpt-to"))
    if kind != "delivery-status":
        return None
    action = _first(fields, "action").lower()
    status = STATUS.search(_first(fields, "status"))
    address = _first(fields, "final-recipient") or _first(fields, "original-recipient")
    said = status.group() if status else ""
    address = address.rpartition(";")[2].strip().strip("<>")[:254]
    if action == "failed" or (not action and said.startswith("5")):
        return Report("bounce", hard=said.startswith("5"), address=address, status=said)
    return Report("delivered" if action in {"delivered", "relayed", "expanded"} else "delayed", False, address, said)


def original(mime: Mime) -> Iterator[Mime]:
    """The message, or its headers, that a report gives back."""
    for part in mime.walk():
        if part.get_content_type() == "message/rfc822" and isinstance(inside := part.get_payload(), list):
            yield from (m for m in inside[:1] if isinstance(m, Mime))
        elif part.get_content_type() == "text/rfc822-headers":
            yield part


def _fields(mime: Mime) -> Iterator[tuple[str, str]]:
    """The fields of every block of the machine-readable part, names in lower case. Python reads each block of a
    message/delivery-status as a message of its own."""
    for part in mime.walk():
        if part.get_content_type() in {"message/delivery-status", "message/feedback-report"}:
            inside = part.get_payload()
            for block in (b for b in inside if isinstance(b, Mime)) if isinstance(inside, list) else ():
                yield from ((name.lower(), str(value)) for name, value in block.items())
                if not block.items() and isinstance(text := block.get_payload(), str):
                    yield from _loose(text)
            if isinstance(inside, str):
                yield from _loose(inside)


def _loose(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines()[:200]:
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _first(fields: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in fields if name == wanted), "")
