"""What a film shows and says, as its author wrote it in YAML: read, and refused by line where it is nonsense. Pure.

A script has a `unit` (the lesson's `id`), a `title` and `slides`. A slide has a `title`, what it says (`say`: lines
with `fr`, which is spoken, and `en`; `said` where the voice must read otherwise), at most one figure (FIGURES) and a
sentence `below` it. A figure is a list of parts; a part has a `text`, a `note`, a `value`, the line `at` which it
appears (from 1) and a `tone`.

Where every line has `heard`, the French subtitles are a recogniser's, mistakes and all: learners have what to improve.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from preau.content.front_matter import BadYaml, Loaded, Where, load, nearest

# Each figure, and how many parts it may have.
FIGURES: Mapping[str, range] = {
    "points": range(1, 5),
    "triangle": range(4, 5),  # top, left, right, the middle
    "grid": range(2, 5),  # rows; a part's `value` is the column of its cross, from 1
    "bars": range(2, 8),  # from 0; a part's `note` tells its value
    "boxes": range(2, 5),
    "chain": range(2, 5),  # boxes with arrows between them
    "curve": range(3, 6),  # times: the least, the likeliest, others, the greatest
    "formula": range(1, 4),  # in typst's words for mathematics
}
TONES = ("", "strong", "out")
MOST_SLIDES = 20
MOST_LINES = 6  # of one slide
ROW = 42  # characters of one row of a subtitle; a line is two at most
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# French puts a space before these and after an opening mark, where no line may break.
_TIGHT = re.compile(r" (?=[:;?!»%€])|(?<=«) ")


class BadScript(ValueError):
    """What cannot be filmed: `line` counts from 1, `reason` is plain English."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """A sentence: what is said, its English; what a machine believes to have heard (empty: no machine); how the voice
    must read it (empty: as written)."""

    fr: str
    en: str
    heard: str = ""
    said: str = ""


@dataclass(frozen=True)
class Part:
    """A piece of a figure; it appears with the slide's line `at`, from 1."""

    text: str
    note: str = ""
    value: float = 0.0
    at: int = 1
    tone: str = ""


@dataclass(frozen=True)
class Slide:
    """A picture that completes itself while its lines are said. Without a figure it is a title alone."""

    title: str
    lines: tuple[Line, ...]
    figure: str = ""
    parts: tuple[Part, ...] = ()
    columns: tuple[str, ...] = ()  # of a grid
    below: Part | None = None


@dataclass(frozen=True)
class Script:
    """A film of a unit."""

    unit: str
    title: str
    slides: tuple[Slide, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for slide in self.slides for line in slide.lines)

    @property
    def automatic(self) -> bool:
        """Are the French subtitles those of a machine?"""
        return any(line.heard for line in self.lines)


def read(text: str) -> Script:
    """A script from its YAML. Raises `BadScript`."""
    try:
        reader = _Reader(load(text))
    except BadYaml as error:
        raise BadScript(error.line, error.reason) from None
    return reader.script()


class _Reader:
    """Walks the file's tree; each method is given a place in it and refuses by that place's line."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def refuse(self, where: Where, reason: str) -> NoReturn:
        raise BadScript(self.loaded.line(*where), reason)

    def at(self, where: Where) -> Any:
        """The value there, None where there is none."""
        value = self.loaded.value
        for step in where:
            value = value.get(step) if isinstance(value, dict) else value[step]
        return value

    def script(self) -> Script:
        self.keys((), {"unit", "title", "slides"})
        unit = self.text(("unit",))
        if not _KEY.fullmatch(unit):
            self.refuse(("unit",), f'"{unit}" is no unit\'s id: small letters, digits and hyphens')
        slides = tuple(self.slide(("slides", number)) for number in self.items(("slides",), 1, MOST_SLIDES))
        script = Script(unit, self.text(("title",)), slides)
        if script.automatic and not all(line.heard for line in script.lines):
            self.refuse(("slides",), '"heard" is for every line of a film or for none')
        return script

    def slide(self, where: Where) -> Slide:
        self.keys(where, {"title", "say", "columns", "below", *FIGURES})
        lines = tuple(self.line((*where, "say", number)) for number in self.items((*where, "say"), 1, MOST_LINES))
        asked = [name for name in FIGURES if name in self.at(where)]
        if len(asked) > 1:
            self.refuse((*where, asked[1]), "a slide has one figure")
        figure = asked[0] if asked else ""
        parts = self.parts((*where, figure), figure, len(lines)) if figure else ()
        below = self.part((*where, "below"), len(lines)) if "below" in self.at(where) else None
        return Slide(self.text((*where, "title")), lines, figure, parts, self.columns(where, figure, parts), below)

    def parts(self, where: Where, figure: str, lines: int) -> tuple[Part, ...]:
        most = FIGURES[figure]
        parts = tuple(self.part((*where, number), lines) for number in self.items(where, most.start, most.stop - 1))
        if figure == "bars" and not max(part.value for part in parts) > 0:
            self.refuse(where, "no bar has a value above 0")
        if figure == "curve" and [part.value for part in parts] != sorted({part.value for part in parts}):
            self.refuse(where, "the values of a curve grow from part to part")
        return parts

    def part(self, where: Where, lines: int) -> Part:
        self.keys(where, {"text", "note", "value", "at", "tone"})
        found = self.at(where)
        value, at, tone = found.get("value", 0), found.get("at", 1), found.get("tone", "")
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            self.refuse((*where, "value"), '"value" must be a number from 0')
        if not isinstance(at, int) or isinstance(at, bool) or not 1 <= at <= lines:
            self.refuse((*where, "at"), f'"at" must be one of the slide\'s lines, 1 to {lines}')
        if tone not in TONES:
            self.refuse((*where, "tone"), f"the tones are {', '.join(filter(None, TONES))}")
        note = self.text((*where, "note")) if "note" in found else ""
        return Part(self.text((*where, "text")), note, float(value), at, tone)

    def columns(self, where: Where, figure: str, parts: tuple[Part, ...]) -> tuple[str, ...]:
        if figure != "grid":
            if "columns" in self.at(where):
                self.refuse((*where, "columns"), "only a grid has columns")
            return ()
        place = (*where, "columns")
        columns = tuple(self.text((*place, number)) for number in self.items(place, 2, 4))
        for number, part in enumerate(parts):
            if part.value not in range(1, len(columns) + 1):
                self.refuse((*where, figure, number, "value"), f"a cross is in a column, 1 to {len(columns)}")
        return columns

    def line(self, where: Where) -> Line:
        self.keys(where, {"fr", "en", "heard", "said"})
        said = {name: self.text((*where, name), most=2 * ROW) for name in self.at(where)}
        for name in ("fr", "en"):
            if name not in said:
                self.refuse(where, f'"{name}" is missing')
        return Line(**said)

    def keys(self, where: Where, known: set[str]) -> None:
        found = self.at(where)
        if not isinstance(found, dict):
            self.refuse(where, "lines of key: value were expected")
        for key in found:
            if key not in known:
                self.refuse((*where, key), f'"{key}" is unknown{nearest(key, known)}')

    def items(self, where: Where, least: int, most: int) -> range:
        found = self.at(where)
        if not isinstance(found, list) or not least <= len(found) <= most:
            self.refuse(where, f'"{where[-1]}" must be a list of {least} to {most}')
        return range(len(found))

    def text(self, where: Where, most: int = 120) -> str:
        found = self.at(where)
        if not isinstance(found, str) or not found.strip():
            self.refuse(where, f'"{where[-1]}" must be a text')
        if len(found) > most or not found.isprintable():
            self.refuse(where, f'"{where[-1]}" must be one line of at most {most} characters')
        return _TIGHT.sub("\u00a0", found.strip())
