"""What keeping the discussions kind is called, translated where it is shown."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.discussion.models import Flag, ModerationAct

What = ModerationAct.What

REASONS: Mapping[str, str] = {
    Flag.Reason.UNKIND: gettext_noop("Unkind, or it attacks somebody"),
    Flag.Reason.SPAM: gettext_noop("Advertising, or sent everywhere"),
    Flag.Reason.PERSONAL: gettext_noop("It shows what is private: an address, a number, a document"),
    Flag.Reason.COPY: gettext_noop("Somebody else's work, copied"),
    Flag.Reason.ILLEGAL: gettext_noop("Illegal"),
    Flag.Reason.PLACE: gettext_noop("In the wrong place"),
    Flag.Reason.OTHER: gettext_noop("Something else"),
}
# The house rules in a few words: by which one something was decided.
RULES: Mapping[str, str] = {
    "kind": gettext_noop("Be kind"),
    "answers": gettext_noop("Give no answer away before the deadline"),
    "private": gettext_noop("Keep private what is private"),
    "own": gettext_noop("Write in your own words"),
    "ads": gettext_noop("No advertising, no copied work"),
    "place": gettext_noop("One question, one thread, in its place"),
}
SPAM: Mapping[str, str] = {
    "links": gettext_noop("many links"),
    "contact": gettext_noop("asks to be written to elsewhere"),
    "shouted": gettext_noop("mostly in capitals"),
    "only links": gettext_noop("hardly any words beside the links"),
    "repeated": gettext_noop("said the same several times within the hour"),
    "first": gettext_noop("links in somebody's first messages"),
    "short address": gettext_noop("an address that hides where it leads"),
    "selling": gettext_noop("words of somebody who sells"),
    "stretched": gettext_noop("the same sign again and again"),
}
DONE: Mapping[str, str] = {
    What.HIDE: gettext_noop("Message hidden"),
    What.RESTORE: gettext_noop("Message shown again"),
    What.RELEASE: gettext_noop("Message that waited shown"),
    What.WARN: gettext_noop("Author warned"),
    What.MUTE: gettext_noop("Not to write for a while"),
    What.BAN: gettext_noop("Not to write any more"),
    What.LIFT: gettext_noop("Decision lifted"),
    What.FOLD: gettext_noop("Set aside as advertising, until a moderator looks"),
    What.RETITLE: gettext_noop("Title changed"),
    What.MOVE: gettext_noop("Thread moved"),
    What.CLOSE: gettext_noop("Thread closed"),
    What.REOPEN: gettext_noop("Thread opened again"),
}
GROUNDS: Mapping[str, str] = {
    "own": gettext_noop("A moderator saw it."),
    "flags": gettext_noop("Somebody pointed it out, and a moderator looked at it."),
    "notice": gettext_noop("A notice of illegal content was received, and a moderator looked at it."),
    "trusted": gettext_noop("Somebody whom this course trusts pointed it out; a moderator looks at it next."),
    "contest": gettext_noop("The earlier decision was contested, and looked at again."),
    "undo": gettext_noop("A moderator looked at the earlier decision again."),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The word of a table in the language of the page, else the key itself."""
    return _(words[key]) if key in words else key
