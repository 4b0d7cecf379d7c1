"""What the room says: of files, for their authors; of suggestions and refusals, for everybody."""

from collections.abc import Mapping

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.subtitles.models import Revision, Suggestion
from preau.subtitles.readability import Warning
from preau.subtitles.tracks import Dropped, Oddity

DROPPED: Mapping[str, str] = {
    Dropped.SIGNATURE: "it does not begin as subtitles do: nothing was read",
    Dropped.HEADER: "lines before the first subtitle were left out",
    Dropped.TIMING: "times that cannot be read: this subtitle was left out",
    Dropped.NO_TIMING: "no times: this block was left out",
    Dropped.LATE: "a style or a region after the first subtitle was left out",
    Dropped.SETTING: "a setting that cannot be read was left out",
    Dropped.MARKUP: "a mark that subtitles have no word for was left out, its text kept",
    Dropped.TOO_LONG: "the file is too long: the rest was left out",
    Dropped.TOO_MANY: "too many subtitles: the rest was left out",
    Dropped.MORE: "and more of the like",
}
ODDITIES: Mapping[str, str] = {
    Oddity.LATIN: "not UTF-8: read as windows-1252",
    Oddity.UTF16: "UTF-16: read as such",
    Oddity.WEBVTT: "WebVTT under the name of SRT: read as such",
    Oddity.SBV: "SBV under the name of SRT: read as such",
    Oddity.NUMBER: "subtitles are not numbered one after the other: their order was taken",
    Oddity.POINT: "times with a point: read as thousandths",
    Oddity.HOURS: "hours that are not two digits: read as hours",
    Oddity.THOUSANDTHS: "decimals that are not three digits: read as a fraction",
    Oddity.NO_BLANK: "no blank line before this subtitle: it was read all the same",
    Oddity.BLANK: "a blank line inside a text was left out",
    Oddity.NO_TEXT: "this subtitle says nothing",
    Oddity.ORDER: "this subtitle begins before the former one: it was put in its place",
    Oddity.BACKWARDS: "this subtitle ends before it begins",
    Oddity.MORE: "and more of the like",
}
KINDS: Mapping[str, Promise] = {
    Suggestion.Kind.WORDS: gettext_lazy("other words"),
    Suggestion.Kind.TIMING: gettext_lazy("other times"),
    Suggestion.Kind.SPLIT: gettext_lazy("in two"),
    Suggestion.Kind.MERGE: gettext_lazy("joined with the next"),
    Suggestion.Kind.UNCLEAR: gettext_lazy("unclear"),
    Suggestion.Kind.LINE: gettext_lazy("translation"),
}
STATES: Mapping[str, Promise] = {
    Suggestion.State.DRAFT: gettext_lazy("draft"),
    Suggestion.State.OPEN: gettext_lazy("proposed"),
    Suggestion.State.ACCEPTED: gettext_lazy("accepted"),
    Suggestion.State.REFUSED: gettext_lazy("refused"),
    Suggestion.State.WITHDRAWN: gettext_lazy("withdrawn"),
}
NONSENSE: Mapping[str, Promise] = {
    "same": gettext_lazy("This is what stands there already: change something, then send it."),
    "empty": gettext_lazy("Write what is said there."),
    "long": gettext_lazy("This is too long for one subtitle: split it first."),
    "short": gettext_lazy("A subtitle stands for a fifth of a second at least."),
    "lasting": gettext_lazy("A subtitle stands for a minute at most."),
    "order": gettext_lazy("These times would put it before the former subtitle or after the next one."),
    "split": gettext_lazy("Choose a moment within this subtitle."),
    "merge": gettext_lazy("There is no subtitle after this one to join it with."),
    "time": gettext_lazy("Write times like 1:02.5 (minutes, seconds and tenths)."),
}


REVISIONS: Mapping[str, Promise] = {
    Revision.What.FILE: gettext_lazy("a file of the team"),
    Revision.What.SUGGESTION: gettext_lazy("a suggestion that was accepted"),
    Revision.What.REVERT: gettext_lazy("a change that was taken back"),
    Revision.What.FOLLOWED: gettext_lazy("a suggestion accepted on another cut of the video"),
}
LINES: Mapping[str, Promise] = {
    "draft": gettext_lazy("draft"),
    "proposed": gettext_lazy("proposed"),
    "approved": gettext_lazy("approved"),
}


def warning(warned: Warning) -> str:
    """What makes a line hard to read, and what is advised."""
    value, most = (formats.number_format(round(number, 1)) for number in (warned.value, warned.most))
    said = {
        "fast": _("{value} characters a second: {most} at most can be read"),
        "long-line": _("a line of {value} characters: {most} at most"),
        "lines": _("{value} lines: {most} at most"),
        "short": _("it stands for {value} s: {most} s at least"),
        "lasting": _("it stands for {value} s: {most} s at most"),
        "empty": _("it says nothing"),
    }
    return said[warned.code].format(value=value, most=most)


def contested(count: int) -> str:
    """For the import's report: the file changed words that people had corrected."""
    return f"{count} subtitles were corrected by people and changed in the file: what people wrote stands"


def another(name: str) -> str:
    """For the import's report: two files of one language."""
    return f"{name} is in the same language: this one was left out"


def lost(text: str) -> str:
    """For the import's report: what people wrote has no place in the new file."""
    return f"what people wrote here has no place in this file any more: {' '.join(text.split())[:80]}"


def refusal(reason: str) -> str:
    """Why a proposal is refused, in the page's language."""
    return str(NONSENSE[reason])
