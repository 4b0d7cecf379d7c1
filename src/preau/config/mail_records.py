"""What other mail servers ask of a sender's domain before they believe a message: SPF (RFC 7208), DKIM (RFC 6376),
DMARC (RFC 7489), and a place for answers. Looked up by DNS, where DNS can be reached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from preau.mail import rules

PATIENCE = 5.0  # seconds for one question
EXAMPLES = ("example.org", "example.com", "example.net")

type Ask = Callable[[str, str], list[str]]  # (name, type of record) → the records' texts, none when there are none


@dataclass(frozen=True)
class Finding:
    """A sentence of the doctor's; `wrong` when it must be mended, else it is only told."""

    wrong: bool
    said: str


class CannotLook(Exception):
    """DNS gives no answer at all; the message says why."""


def resolver() -> dns.resolver.Resolver:
    """This machine's own."""
    return dns.resolver.Resolver()


def ask(name: str, kind: str) -> list[str]:
    """The records of a name. Raises `CannotLook` where nobody answers."""
    try:
        answer = resolver().resolve(name, kind, raise_on_no_answer=False, lifetime=PATIENCE)
        return [_text(record) for record in answer]
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise CannotLook(str(error).strip() or type(error).__name__) from error


def _text(record: object) -> str:
    parts = getattr(record, "strings", None)  # a TXT record longer than 255 bytes comes in parts
    return b"".join(parts).decode("utf-8", "replace") if parts else str(record)


def findings(ask: Ask = ask) -> Iterator[Finding]:
    """Sender, SPF, DKIM, DMARC and the place for answers, by the settings."""
    domain = sender_domain()
    if domain is None:
        yield Finding(True, f"MAIL_FROM is no address that can be answered: {settings.DEFAULT_FROM_EMAIL!r}")
        return
    if domain in EXAMPLES or rules.goes_nowhere(f"x@{domain}"):
        yield Finding(True, f"MAIL_FROM is at {domain}, which is nobody's: set your own sender")
        return
    envelope = settings.REPLY_ADDRESS.rpartition("@")[2].lower() or domain
    try:
        yield from spf(envelope, ask)
        yield from dkim(domain, ask)
        yield from dmarc(domain, envelope, ask)
        if settings.REPLY_ADDRESS and not (ask(envelope, "MX") or ask(envelope, "A") or ask(envelope, "AAAA")):
            yield Finding(True, f"nothing receives mail for {envelope}: answers and bounces are lost (no MX)")
    except CannotLook as error:
        yield Finding(False, f"could not look at SPF, DKIM and DMARC of {domain}: DNS gives no answer ({error})")


def sender_domain() -> str | None:
    """The domain of MAIL_FROM; None when it is no address."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address.rpartition("@")[2].lower()


def spf(domain: str, ask: Ask) -> Iterator[Finding]:
    """Who may send for the domain of the envelope."""
    records = [text for text in ask(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        yield Finding(True, f"{domain} has no SPF record: say which servers may send, as in “v=spf1 mx -all”")
    elif len(records) > 1:
        yield Finding(True, f"{domain} has {len(records)} SPF records, which counts as an error: keep one")
    elif {"+all", "all"} & set(records[0].lower().split()):
        yield Finding(True, f"the SPF record of {domain} lets everybody send: end it with -all or ~all")
    else:
        yield Finding(False, f"SPF of {domain}: {records[0]}")


def dkim(domain: str, ask: Ask) -> Iterator[Finding]:
    """The key that the mail server signs with."""
    if not settings.DKIM_SELECTOR:
        yield Finding(False, "DKIM was not looked at: DKIM_SELECTOR names the selector that the mail server signs with")
        return
    name = f"{settings.DKIM_SELECTOR}._domainkey.{domain}"
    keys = [tags(text) for text in ask(name, "TXT")]
    keys = [key for key in keys if "p" in key]
    if not keys:
        yield Finding(True, f"there is no DKIM key at {name}")
    elif len(keys) > 1:
        yield Finding(True, f"there are {len(keys)} DKIM keys at {name}: which one is taken is left to chance")
    elif not keys[0]["p"]:
        yield Finding(True, f"the DKIM key at {name} is revoked (p= is empty)")
    elif "y" in keys[0].get("t", "").split(":"):
        yield Finding(True, f"the DKIM key at {name} is marked as a test (t=y): a signature then counts for nothing")
    else:
        yield Finding(False, f"DKIM: a key at {name}")


def dmarc(domain: str, envelope: str, ask: Ask) -> Iterator[Finding]:
    """The policy of the domain that readers see, its own or that of a domain above."""
    above = domain.split(".")
    for name in [".".join(above[start:]) for start in range(max(1, len(above) - 1))]:
        records = [text for text in ask(f"_dmarc.{name}", "TXT") if tags(text).get("v") == "DMARC1"]
        if len(records) > 1:
            yield Finding(True, f"_dmarc.{name} has {len(records)} DMARC records: all of them are ignored")
            return
        if records:
            policy = tags(records[0]).get("p", "")
            if policy not in ("none", "quarantine", "reject"):
                yield Finding(True, f"the DMARC record of {name} has no policy (p=none, quarantine or reject)")
            else:
                yield Finding(False, f"DMARC of {name}: p={policy}")
            if not aligned(domain, envelope):
                yield Finding(
                    False, f"bounces go to {envelope} and the sender is at {domain}: for DMARC only DKIM counts"
                )
            return
    yield Finding(True, f"{domain} has no DMARC record: begin with “v=DMARC1; p=none; rua=mailto:…” at _dmarc.{domain}")


def aligned(domain: str, envelope: str) -> bool:
    """Is one of two domains the other, or under it? (relaxed alignment, without a list of public suffixes)"""
    return domain == envelope or domain.endswith(f".{envelope}") or envelope.endswith(f".{domain}")


def tags(text: str) -> dict[str, str]:
    """A record of `name=value;` pairs, names in lower case."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
