"""Requests in the words of people: topics, states, decisions, files that were not taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.common.templatetags.preau import told
from preau.content.outline import Outline

TOPICS: Mapping[str, str] = {
    "work": gettext_noop("My work did not go"),
    "late": gettext_noop("I could not be, or cannot be, in time"),
    "result": gettext_noop("A result"),
    "name": gettext_noop("My name, my account"),
    "certificate": gettext_noop("My certificate"),
    "site": gettext_noop("Something on the site does not work"),
    "other": gettext_noop("Something else"),
}
STATES: Mapping[str, str] = {
    "open": gettext_noop("Received: it waits for the team"),
    "claimed": gettext_noop("Somebody of the team is on it"),
    "waiting": gettext_noop("The team answered"),
    "done": gettext_noop("Settled"),
}
TEAM_STATES: Mapping[str, str] = {
    "open": gettext_noop("To take"),
    "claimed": gettext_noop("Taken"),
    "waiting": gettext_noop("Answered"),
    "done": gettext_noop("Settled"),
}
MARKS: Mapping[str, str] = {"open": "soon", "claimed": "pending", "waiting": "pending", "done": "done"}
DECISIONS: Mapping[str, str] = {
    "extension": gettext_noop("An extension"),
    "excuse": gettext_noop("An excuse: the activity does not count"),
    "result": gettext_noop("A result corrected"),
    "withdrawal": gettext_noop("A corrected result withdrawn"),
    "name": gettext_noop("A name corrected"),
    "resend": gettext_noop("The latest messages sent again"),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The word of a table in the language of the page, else the key itself."""
    return _(words[key]) if key in words else key


def decision(made: Mapping[str, Any], outline: Outline | None, zone: ZoneInfo) -> str:
    """What was decided, for the learner and for their record; "" for an entry that decides nothing."""
    key = str(made.get("unit", ""))
    title = outline.by_key[key].title if outline and key in outline.by_key else key
    match made.get("what"):
        case "extension":
            until = told(datetime.fromisoformat(made["until"]), zone)
            return _("You have more time for “{title}”: until {date}.").format(title=title, date=until)
        case "excuse":
            return _("“{title}” does not count for you: it is left out of your means.").format(title=title)
        case "result":
            return _("Your result for “{title}” is corrected: {percent}%.").format(
                title=title, percent=f"{made['percent']:g}"
            )
        case "withdrawal":
            return _("The corrected result for “{title}” is withdrawn: what you did yourself counts again.").format(
                title=title
            )
        case "name":
            return _("Your name is corrected: {name}.").format(name=made["name"])
        case "resend":
            return _("The latest messages are sent again: {count}.").format(count=made["count"])
    return ""
