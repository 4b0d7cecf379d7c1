"""The shapes of a course as its author wrote it, before any row exists. Pure: no Django.

A folder (or ZIP) is read by `content.reading` into a `SourceCourse`; each unit kind then parses its units; only a
course
without a `Problem` is stored (a plain folder turns problems into `skipped` entries instead).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

# What an assignment may keep in a YAML file of its own, named in its front matter.
BESIDE = ("rubric", "exemplars")


@dataclass(frozen=True, order=True)
class Problem:
    """Something the author must know: where and why. `line` counts from 1; 0 when the whole file is meant."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class SourceUnit:
    """One unit in one language. `body` is Markdown without its front matter; its first line is line `line` of
    `file`."""

    key: str  # the front matter's `id`, else derived from the file's name (and heading); stable across versions
    kind: str  # lesson | quiz | assignment | exam | discussion | survey | subtitles, or a kind not installed yet
    language: str
    module: str
    title: str
    body: str
    file: str
    line: int = 1
    meta: Mapping[str, Any] = field(default_factory=dict)  # the front matter as written, dates unresolved


@dataclass(frozen=True)
class SourceModule:
    """A week or an elective. `titles` by language; `elective` false for the core; `passing` in percent; `opens` a
    date text."""

    key: str
    titles: Mapping[str, str]
    elective: bool = False
    passing: float = 50.0
    opens: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceCourse:
    """A whole course. `units` holds every language's text in reading order; a unit's translations share its key."""

    slug: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]  # the source language first
    modules: tuple[SourceModule, ...]
    units: tuple[SourceUnit, ...]
    tracks: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, PurePosixPath]  # attachments: name as referred to from the course's root -> path in the folder
    meta: Mapping[str, Any] = field(default_factory=dict)  # the rest of course.yaml
    plain: bool = False  # read without a course.yaml
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    loose: tuple[PurePosixPath, ...] = ()  # subtitles that lie beside no video
    rule_lines: Mapping[str, int] = field(default_factory=dict)  # of course.yaml, by "tracks.classic.needs[0]"
    digest: str = ""  # SHA-256 of every source file's name and bytes, in order
