"""A mail that came in, read: is it an answer to one of ours, a bounce, a machine, a loop? No database here.

Nothing in a mail proves who sent it. `token` is a secret that only the reader of one of our messages knows;
`authenticated` is the word of our own mail server. Without either, `sender` is what somebody wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mime
from email.utils import getaddresses, parseaddr

from django.conf import settings

from preau.common.text import clean, one_line
from preau.mail import attachments, bounces, rules
from preau.mail.attachments import Attachment, LeftOut
from preau.mail.bodies import without_history, words_of

LARGEST = 64_000_000  # bytes of a whole mail; mail servers take less
HOPS = 30  # `Received` lines; a mail that passed more servers goes in circles
PARTS = 200
TOKEN = re.compile(rf"\+(b-)?([{rules.ALPHABET}]{{{rules.TOKEN}}})$")
MACHINES = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|ne-?pas-?repondre|bounces?|listserv)\b", re.I
)
AWAY = re.compile(r"^\s*(auto(matic)?[ -]?(reply|response)|out of (the )?office|réponse automatique|absence)\b", re.I)
PROVES = {  # which property of a passed check names the domain that was checked (RFC 8601, section 2.7)
    "dmarc=pass": ("header.from",),
    "dkim=pass": ("header.d", "header.i"),
    "spf=pass": ("smtp.mailfrom",),
}
WHERE_TO = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "to", "cc")


@dataclass(frozen=True)
class Incoming:
    """`kind`: `bounce` (a report about the message of `token`, `hard`, or a `complaint`), `auto` (a machine answers),
    `loop`, `reply` (to the message of `token`), `new`, `refused` (cannot be read). `reason` says why, in English, for
    all but replies and new ones. `text` is without the quoted history; `left_out` names files that were not taken."""

    kind: str
    token: str = ""
    sender: str = ""
    name: str = ""
    authenticated: bool = False
    subject: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    message_id: str = ""
    reason: str = ""
    hard: bool = False
    complaint: bool = False
    address: str = ""  # the one that a report is about, as the report says


def read(raw: bytes, *, recipient: str = "") -> Incoming:
    """Read one raw mail. Never raises: what cannot be read is `refused`, with the reason. `recipient` is the envelope's
    address, where the mail server passes it on."""
    if len(raw) > LARGEST:
        return Incoming("refused", reason=f"larger than {LARGEST // 1_000_000} MB")
    try:
        return _read(message_from_bytes(raw), recipient)
    except Exception as error:  # Python's parsers raise what they like at broken mail, and one must not stop the next
        return Incoming("refused", reason=f"broken: {type(error).__name__}")


def _read(mime: Mime, recipient: str) -> Incoming:
    back, token = _token(mime, recipient)
    name, sender = _sender(mime)
    found = Incoming(
        "reply" if token else "new",
        token=token,
        sender=sender,
        name=name,
        authenticated=authenticated(mime, sender),
        subject=one_line(header(mime, "subject"))[:200],
        message_id=one_line(str(mime.get("message-id", "")))[:250],
    )
    told = bounces.report(mime)
    if told is not None:
        return _reported(found, told, mime)
    if back:  # only servers write to the address of bounces; this one says nothing that a program understands
        return replace(found, kind="bounce", reason="a bounce without a report")
    if reason := looped(mime, sender):
        return replace(found, kind="loop", reason=reason)
    if reason := automatic(mime, sender):
        return replace(found, kind="auto", reason=reason)
    if not sender:
        return replace(found, kind="refused", reason="no sender that can be answered")
    taken, left = _files(mime)
    return replace(found, text=without_history(words_of(mime)), attachments=taken, left_out=left)


def _reported(found: Incoming, told: bounces.Report, mime: Mime) -> Incoming:
    token = found.token
    for inside in bounces.original(mime) if not token else ():
        token = token or _token(inside, "")[1] or _token_in(str(inside.get("reply-to", "")))[1]
        token = token or _token_in(parseaddr(str(inside.get("return-path", "")))[1])[1]
    found = replace(found, token=token, address=told.address, hard=told.hard)
    if told.what in {"bounce", "complaint"}:
        reason = f"{told.what} {told.status}".strip()
        return replace(found, kind="bounce", complaint=told.what == "complaint", reason=reason)
    return replace(found, kind="auto", reason=f"a report: {told.what}")


def header(mime: Mime, name: str) -> str:
    """A header in Unicode, however it was written; wrong bytes become U+FFFD."""
    return _readable(next((value for given, value in mime.raw_items() if given.lower() == name), ""))


def _readable(raw: str) -> str:
    try:
        return "".join(_decoded(part, charset) for part, charset in decode_header(raw))
    except (HeaderParseError, ValueError, LookupError):
        return raw


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    try:
        return part.decode(charset or "utf-8", "replace")
    except LookupError:
        return part.decode("utf-8", "replace")


def _sender(mime: Mime) -> tuple[str, str]:
    """(name, address) of `From`; nothing where it names several people or nobody."""
    senders = mime.get_all("from", [])
    pairs = [(name, address) for name, address in getaddresses([str(s) for s in senders]) if "@" in address]
    if len(pairs) != 1:
        return "", ""
    name = _readable(pairs[0][0])
    address = pairs[0][1].strip()
    if len(address) > 254 or not address.isascii() or any(c.isspace() or c in '<>,;:"\\' for c in address):
        return "", ""
    return one_line(name)[:120], address


def _token(mime: Mime, recipient: str) -> tuple[bool, str]:
    """(to the address of bounces?, token) of the address that this mail was written to."""
    values = [recipient, *(str(value) for name in WHERE_TO for value in mime.get_all(name, []))]
    for _name, address in getaddresses(values):
        back, token = _token_in(address)
        if token:
            return back, token
    return False, ""


def _token_in(address: str) -> tuple[bool, str]:
    local, _at, host = address.strip().strip("<>").lower().rpartition("@")
    ours, _at, our_host = settings.REPLY_ADDRESS.lower().rpartition("@")
    match = TOKEN.search(local)
    if not ours or match is None or host != our_host or local[: match.start()] != ours:
        return False, ""
    return match.group(1) is not None, match.group(2)


def authenticated(mime: Mime, sender: str) -> bool:
    """Does our own mail server (MAIL_AUTH_SERVER) vouch for the sender's domain? It writes its line above all others
    and removes those that pretend to be its own (RFC 8601, section 5), so only the topmost is read."""
    name, host = settings.MAIL_AUTH_SERVER.lower(), sender.rpartition("@")[2].lower()
    lines = mime.get_all("authentication-results", [])
    if not name or not host or not lines:
        return False
    words = re.sub(r"\([^()]*\)", " ", str(lines[0]).lower())
    server, _semicolon, results = words.partition(";")
    if server.split()[:1] != [name]:
        return False
    for result in results.split(";"):
        said = result.split()
        proves = PROVES.get(said[0], ()) if said else ()
        if any(
            word.partition("=")[0] in proves and word.rpartition("=")[2].rpartition("@")[2] == host for word in said
        ):
            return True
    return False


def looped(mime: Mime, sender: str) -> str:
    """Why this mail is one of our own that came round; "" when it is not."""
    ours = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), settings.REPLY_ADDRESS.lower()} - {""}
    local, _at, host = sender.lower().rpartition("@")
    if f"{local.partition('+')[0]}@{host}" in ours:
        return "it comes from our own address"
    if len(mime.get_all("received", [])) > HOPS:
        return f"it passed more than {HOPS} servers"
    return ""


def automatic(mime: Mime, sender: str) -> str:
    """Why this is a machine's answer (RFC 3834, and what machines do that never read it); "" when a person wrote."""
    said = str(mime.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    if said != "no":
        return f"Auto-Submitted: {one_line(said)[:40]}"
    if str(mime.get("precedence", "")).strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return "Precedence"
    for name in ("x-autoreply", "x-autorespond", "x-auto-reply-from", "list-id", "x-loop"):
        if name in mime:
            return name
    if str(mime.get("return-path", "?")).strip() in {"<>", ""}:
        return "an empty return path"
    if MACHINES.match(sender.partition("@")[0]):
        return "a machine's address"
    return "its subject" if AWAY.match(header(mime, "subject")) else ""


def _files(mime: Mime) -> tuple[tuple[Attachment, ...], tuple[LeftOut, ...]]:
    taken: list[Attachment] = []
    left: list[LeftOut] = []
    total = 0
    for name, content in _parts(mime):
        found = attachments.examine(name, content)
        if isinstance(found, Attachment):
            total += len(content)
            if len(taken) == attachments.MOST or total > attachments.ALL:
                found = LeftOut(found.name, "too many")
        if isinstance(found, Attachment):
            taken.append(found)
        elif len(left) < 50:
            left.append(found)
    return tuple(taken), tuple(left)


def _parts(mime: Mime) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every part that is a file: named, said to be attached, or neither text nor a container."""
    for number, part in enumerate(mime.walk()):
        if number > PARTS:
            return
        if part.is_multipart():
            continue
        name = header_name(part)
        text = part.get_content_type() in {"text/plain", "text/html"}
        if name or part.get_content_disposition() == "attachment" or not text:
            content = part.get_payload(decode=True)
            yield name or "file", content if isinstance(content, bytes) else b""


def header_name(part: Mime) -> str:
    """A part's file name, decoded whichever way it was written (RFC 2231, RFC 2047, or bare bytes)."""
    try:
        return clean(_readable(part.get_filename() or ""))
    except (ValueError, LookupError, TypeError):
        return "file"
