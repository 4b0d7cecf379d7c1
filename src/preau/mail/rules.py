"""When a message may go: quiet hours, digests, the cap of a day, tries again. Pure: no Django."""

import re
import secrets
from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

MORNING = time(8, 0)  # local; digests go then
EVENING = time(21, 0)  # local; from then to the morning nothing goes that could wait
SOFT_BOUNCES = 3  # an address is given up after so many
TRIES = 8  # then a message is given up
FIRST_RETRY = timedelta(minutes=10)
LATEST_RETRY = timedelta(hours=6)
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # survives a mail server that writes local parts in lower case
TOKEN = 22  # characters: 110 bits, and short enough that no header needs folding
NOBODY = re.compile(r"@(.*\.)?(example|invalid)$", re.IGNORECASE)  # RFC 2606: simulated and erased people
# Enhanced status codes (RFC 3463) that say that the address itself is no good; others may be the fault of our side.
HARD = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1)$")


def token() -> str:
    """A secret that names one message."""
    return "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(TOKEN))  # 32 letters: no one is likelier


def stranger(address: str) -> UUID:
    """By which an address without an account is known: the same whatever its case, so that what its reader wants of us
    holds from one message to the next without the address being kept."""
    return uuid5(NAMESPACE_URL, f"mailto:{address.strip().lower()}")


def has_account(person_id: UUID) -> bool:
    """Is it a person's own id, not a `stranger`'s?"""
    return person_id.version != 5


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of the database
        return ZoneInfo("UTC")


def morning(after: datetime, zone: ZoneInfo) -> datetime:
    """The next local morning strictly after a moment, in UTC."""
    local = after.astimezone(zone)
    today = datetime.combine(local.date(), MORNING, zone)
    if today <= local:
        today = datetime.combine(local.date() + timedelta(days=1), MORNING, zone)
    return today.astimezone(UTC)


def quiet_until(now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that `now` falls in end; None outside of them."""
    hour = now.astimezone(zone).time()
    return morning(now, zone) if hour >= EVENING or hour < MORNING else None


def next_digest(now: datetime, zone: ZoneInfo, cadence: str) -> datetime:
    """The next morning (`daily`), or that of the next Monday (`weekly`), in UTC."""
    at = morning(now, zone)
    while cadence == "weekly" and at.astimezone(zone).weekday() != 0:
        at = morning(at, zone)
    return at


def day_began(now: datetime, zone: ZoneInfo) -> datetime:
    """The local midnight before `now`, in UTC: the cap of a day counts from it."""
    return datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)


def retry_at(now: datetime, failures: int) -> datetime:
    """When to try again after so many failures (from 1): ten minutes, doubled each time, six hours at most."""
    wait: timedelta = FIRST_RETRY * 2 ** max(0, min(failures - 1, 10))
    return now + min(wait, LATEST_RETRY)


def is_hard(status: str) -> bool:
    """Does this enhanced status code say that the address does not exist?"""
    return HARD.match(status) is not None


def goes_nowhere(address: str) -> bool:
    """An address that can never exist."""
    return NOBODY.search(address) is not None
