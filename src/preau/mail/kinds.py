"""The kinds of messages, registered from above when the rooms start: what each is called, whether it may be refused.

A transactional message is part of something that the person did or that concerns their rights: it goes at once, at
any hour, and cannot be turned off. The others follow the person's preference, the daily cap and quiet hours."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Kind:
    """`title` is an English msgid, translated where it is shown. `cadence` is now, daily, weekly or off."""

    name: str
    title: str
    transactional: bool
    cadence: str = "now"


DIGEST = Kind("digest", gettext_noop("Messages put together"), transactional=False)  # what it holds was chosen already
_kinds: dict[str, Kind] = {}


def register(name: str, title: str, *, transactional: bool, cadence: str = "now") -> None:
    """Add a kind; registering again replaces it."""
    _kinds[name] = Kind(name, title, transactional, cadence)


def find(name: str) -> Kind:
    """The kind of this name. Raises KeyError for one that nobody registered."""
    return DIGEST if name == DIGEST.name else _kinds[name]


def read(name: str) -> Kind:
    """The kind of a row: one that a room no longer registers still goes, as one that may be refused."""
    return _kinds.get(name) or (DIGEST if name == DIGEST.name else Kind(name, name, transactional=False))


def known() -> tuple[Kind, ...]:
    """Every kind that a person may meet, in the order of registration."""
    return tuple(_kinds.values())


def transactional() -> list[str]:
    """The names of those that go at once."""
    return [kind.name for kind in _kinds.values() if kind.transactional]


register("account", gettext_noop("Your account: address, password, devices"), transactional=True)
register("receipt", gettext_noop("Receipts of what you hand in"), transactional=True)
register("request", gettext_noop("Answers of the team to your requests"), transactional=True)
register("decision", gettext_noop("Decisions that concern you"), transactional=True)
register("announcement", gettext_noop("Announcements of the team"), transactional=False)
register("reminder", gettext_noop("Reminders before a deadline"), transactional=False)
register("peer", gettext_noop("Copies to assess, and results of assessments"), transactional=False)
