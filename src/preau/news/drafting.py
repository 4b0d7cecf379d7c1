"""What is new in an edition, drafted from what differs between it and the one before: plain words for learners, with
titles. It reads nothing: what it says depends on its arguments and on the language in force.

Left out as trifles: corrections of one or two lines, dates that move by less than a day, the order of pages, the dates
of peer assessments and of their results (they follow the deadline), and what of a page's header no learner sees."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.content.differing import ADDED, CHANGED, REMOVED, Change

TRIFLE = 2  # lines of a text that are gone or new
REWRITTEN = 1 / 3  # of the lines that a text had
NAMED = 12  # titles in one line
EXERCISES = {"quiz", "exam", "assignment"}


@dataclass(frozen=True)
class Names:
    """What things are called in one language, by key, those that are gone included; `kinds` of units."""

    units: Mapping[str, str]
    kinds: Mapping[str, str]
    modules: Mapping[str, str]
    electives: frozenset[str]
    tracks: Mapping[str, str]


@dataclass(frozen=True)
class Films:
    """Titles of the pages whose video is new, or cut anew; how many lines of subtitles were corrected meanwhile."""

    new: Sequence[str] = ()
    recut: Sequence[str] = ()
    corrected: int = 0


def draft(changes: Sequence[Change], names: Names, films: Films, *, language: str) -> str:
    """Markdown, a heading for each group that has something; "" when only trifles differ. Of texts, the changes of
    `language` count."""
    mine = [one for one in changes if one.language in ("", language)]
    groups: list[tuple[str, Iterator[str]]] = [
        (_("Modules"), _modules(mine, names)),
        (_("Lessons"), _texts(mine, names, lambda kind: kind not in EXERCISES)),
        (_("Quizzes, exams and assignments"), _texts(mine, names, lambda kind: kind in EXERCISES)),
        (_("Tracks and conditions"), _tracks(mine, names)),
        (_("Dates, counted from the opening"), _dates(mine, names)),
        (_("Videos and subtitles"), _films(films)),
    ]
    said = [(heading, list(lines)) for heading, lines in groups]
    return "\n\n".join(
        f"## {heading}\n\n" + "\n".join(f"- {line}" for line in lines) for heading, lines in said if lines
    )


def _of(changes: Sequence[Change], what: str, change: str) -> list[Change]:
    return [one for one in changes if one.what == what and one.change == change]


def _modules(changes: Sequence[Change], names: Names) -> Iterator[str]:
    def called(key: str) -> str:
        title = plain(names.modules.get(key, key))
        return _("{title} (elective)").format(title=title) if key in names.electives else title

    if new := _of(changes, "module", ADDED):
        yield _("New: {titles}").format(titles=listed([called(one.key) for one in new]))
    if gone := _of(changes, "module", REMOVED):
        yield _("No longer there: {titles}").format(titles=listed([called(one.key) for one in gone]))
    for one in _of(changes, "module", CHANGED):
        if "elective" in one.said:
            title = plain(names.modules.get(one.key, one.key))
            free = one.key in names.electives
            yield (_("{title} is an elective now") if free else _("{title} is part of the core now")).format(
                title=title
            )


def _texts(changes: Sequence[Change], names: Names, wanted: Callable[[str], bool]) -> Iterator[str]:
    def listing(found: Sequence[Change]) -> str:
        return listed([plain(names.units.get(one.key, one.key)) for one in found])

    mine = [one for one in changes if one.what == "unit" and wanted(names.kinds.get(one.key, "lesson"))]
    changed = _of(mine, "unit", CHANGED)
    for words, found in (
        (_("New: {titles}"), _of(mine, "unit", ADDED)),
        (_("Rewritten: {titles}"), [one for one in changed if rewritten(one)]),
        (_("Corrected: {titles}"), [one for one in changed if corrected(one) and not rewritten(one)]),
        (_("Questions changed: {titles}"), [one for one in changed if "questions" in one.said]),
        (_("Moved to another module: {titles}"), [one for one in changed if "module" in one.said]),
        (_("No longer there: {titles}"), _of(mine, "unit", REMOVED)),
    ):
        if found:
            yield words.format(titles=listing(found))


def rewritten(one: Change) -> bool:
    """Is a good part of the text another?"""
    return corrected(one) and max(one.gone, one.come) >= REWRITTEN * max(one.of, 1)


def corrected(one: Change) -> bool:
    """Did more of the text change than a slip?"""
    return one.gone + one.come > TRIFLE


def _tracks(changes: Sequence[Change], names: Names) -> Iterator[str]:
    def called(one: Change) -> str:
        return plain(names.tracks.get(one.key, one.key))

    for one in (one for one in changes if one.what == "track"):
        if one.change == ADDED:
            yield _("A new track: {title}").format(title=called(one))
        elif one.change == REMOVED:
            yield _("This track is no longer there: {title}").format(title=called(one))
        elif set(one.said) - {"title"}:
            yield _("What this track asks for has changed: {title}").format(title=called(one))
    passing = [one for one in _of(changes, "module", CHANGED) if "pass" in one.said]
    if passing:
        titles = listed([plain(names.modules.get(one.key, one.key)) for one in passing])
        yield _("What it takes to pass has changed: {titles}").format(titles=titles)
    if any(one.what == "carries" for one in changes):
        yield _("The rules by which results of earlier editions count have changed")
    if heavier := [one for one in _of(changes, "unit", CHANGED) if "weight" in one.said]:
        titles = listed([plain(names.units.get(one.key, one.key)) for one in heavier])
        yield _("Counts otherwise in the mean: {titles}").format(titles=titles)


def _dates(changes: Sequence[Change], names: Names) -> Iterator[str]:
    """What moved by as many days stands in one line, the deadlines first."""
    moved: dict[tuple[str, int], list[str]] = {}
    for one in _of(changes, "date", CHANGED):
        key, _space, what = one.key.rpartition(" ")
        what = "due" if what == "closes" else what
        if one.days and what in ("due", "opens"):
            title = plain(names.units.get(key) or names.modules.get(key, key))
            moved.setdefault((what, one.days), []).append(title)
    for (what, days), titles in sorted(moved.items()):
        yield _move(what, days).format(days=abs(days), titles=listed(titles))


def _move(what: str, days: int) -> str:
    count = abs(days)
    if what == "due" and days > 0:
        return ngettext("Due {days} day later: {titles}", "Due {days} days later: {titles}", count)
    if what == "due":
        return ngettext("Due {days} day earlier: {titles}", "Due {days} days earlier: {titles}", count)
    if days > 0:
        return ngettext("Opens {days} day later: {titles}", "Opens {days} days later: {titles}", count)
    return ngettext("Opens {days} day earlier: {titles}", "Opens {days} days earlier: {titles}", count)


def _films(films: Films) -> Iterator[str]:
    if films.new:
        yield _("New videos: {titles}").format(titles=listed([plain(one) for one in films.new]))
    if films.recut:
        yield _("Videos cut anew: {titles}").format(titles=listed([plain(one) for one in films.recut]))
    if films.corrected:
        yield ngettext(
            "{n} line of subtitles corrected by those who took the course",
            "{n} lines of subtitles corrected by those who took the course",
            films.corrected,
        ).format(n=films.corrected)


def listed(titles: Sequence[str]) -> str:
    """Titles in one line, the first ones by name."""
    shown = ", ".join(titles[:NAMED])
    more = len(titles) - NAMED
    return (
        ngettext("{titles} and {n} other", "{titles} and {n} others", more).format(titles=shown, n=more)
        if (more > 0)
        else shown
    )


def plain(title: str) -> str:
    """A title that Markdown reads as the text that it is."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~$!{}" else c for c in " ".join(title.split()))
