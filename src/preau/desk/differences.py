"""What differs between two editions, for people: by group, with titles, a unit's text line by line."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from preau.content import differing
from preau.content.differing import Change
from preau.content.models import ModuleText, UnitText, Version
from preau.courses.models import Edition, text_in
from preau.desk import words

NAMES = {
    "title": gettext_noop("title"),
    "titles": gettext_noop("title"),
    "kind": gettext_noop("kind"),
    "module": gettext_noop("module"),
    "questions": gettext_noop("questions"),
    "video": gettext_noop("video"),
    "weight": gettext_noop("weight"),
    "minutes": gettext_noop("minutes"),
    "due": gettext_noop("deadline"),
    "opens": gettext_noop("opening"),
    "needs": gettext_noop("what it asks for"),
    "credits": gettext_noop("credits"),
    "elective": gettext_noop("core or elective"),
    "pass": gettext_noop("what it takes to pass"),
    "place": gettext_noop("place"),
    "counts_for": gettext_noop("the tracks that it counts for"),
    "attestation": gettext_noop("whether it gives an attestation"),
    "until": gettext_noop("until when it can be taken"),
    "deliberation": gettext_noop("when its jury decides"),
}
LINES = 300  # of one unit
ALL = 6_000  # of a page
LONGEST = 2_000  # lines of a text that is compared one by one


@dataclass(frozen=True)
class Line:
    """One thing that is not the same. `said` is what of it, `text` (sign, line) of its text, `cut`: there is more."""

    title: str
    key: str
    change: str
    language: str
    said: Sequence[str]
    text: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False


def between(before: Edition, after: Edition, language: str) -> list[tuple[str, list[Line]]]:
    """[(what, lines)] of the groups that have any: module, unit, track, carries, date."""
    old, new = differing.shown(before), differing.shown(after)
    changes = differing.editions(before, after)
    titles = _titles([one for one in (old, new) if one is not None], language)
    texts = _texts(old, new, changes) if old and new else {}
    groups: dict[str, list[Line]] = {"module": [], "unit": [], "track": [], "carries": [], "date": []}
    left = ALL
    for one in changes:
        key, _space, moment = one.key.rpartition(" ") if one.what == "date" else (one.key, "", "")
        text = _compared(*texts.get((one.key, one.language), ("", "")), most=min(LINES, left) + 1)
        cut = len(text) > min(LINES, left)
        text = text[: min(LINES, left)]
        left -= len(text)
        title = titles.get((one.what, key)) or titles.get(("unit", key)) or titles.get(("module", key), key)
        if moment:
            title = f"{title} · {words.said(words.MOMENTS, moment)}"
        groups[one.what].append(Line(title, one.key, one.change, one.language, worded(one), text, cut))
    return [(what, lines) for what, lines in groups.items() if lines]


def worded(one: Change) -> list[str]:
    """What of it is not the same, in the language in force."""
    if one.moved:
        old, new = (_("day {day}, {hour}").format(day=at.day, hour=at.hour) for at in one.moved)
        return [f"{old} → {new}"]
    return [_lines(one) if name.startswith("text:") else words.said(NAMES, name) for name in one.said]


def _lines(one: Change) -> str:
    new = ngettext("{n} new line", "{n} new lines", one.come).format(n=one.come)
    gone = ngettext("{n} gone", "{n} gone", one.gone).format(n=one.gone)
    return _("text: {new}, {gone}").format(new=new, gone=gone)


def _titles(versions: Sequence[Version], language: str) -> dict[tuple[str, str], str]:
    """By (what, key); the later version's where several have a thing."""
    found = {("carries", "carries"): _("The rules by which results of earlier editions count")}
    for version in versions:
        units = (
            UnitText.objects.filter(version=version).order_by("position").values_list("unit__key", "language", "title")
        )
        for key, _language, title in sorted(units, key=lambda row: row[1] == language):
            found["unit", key] = title
        for row in ModuleText.objects.filter(version=version).select_related("module").order_by("position"):
            found["module", row.module.key] = text_in(row.titles, language) or row.module.key
        for key, track in version.meta["tracks"].items():
            found["track", key] = text_in(track.get("title"), language) or key
    return found


def _texts(old: Version, new: Version, changes: Sequence[Change]) -> dict[tuple[str, str], tuple[str, str]]:
    """The texts of the units whose lines are not the same, by (key, language): two queries."""
    keys = {one.key for one in changes if one.what == "unit" and (one.gone or one.come)}
    sides = []
    for version in (old, new):
        rows = UnitText.objects.filter(version=version, unit__key__in=keys).order_by("position")
        sides.append({(key, code): body for key, code, body in rows.values_list("unit__key", "language", "body")})
    before, after = sides
    wanted = {(one.key, one.language) for one in changes if one.gone or one.come}
    return {pair: (before[pair], after[pair]) for pair in wanted if pair in before and pair in after}


def _compared(old: str, new: str, most: int) -> list[tuple[str, str]]:
    """(sign, line): "+", "-", " " around them, "@" where lines are passed over; not for texts that are too long."""
    before, after = old.splitlines(), new.splitlines()
    if most <= 1 or max(len(before), len(after)) > LONGEST:
        return []
    found: list[tuple[str, str]] = []
    for number, line in enumerate(difflib.unified_diff(before, after, n=1, lineterm="")):
        if number < 2:
            continue  # the names of the files
        found.append((line[0], "" if line[0] == "@" else line[1:]))
        if len(found) >= most:
            break
    return found
