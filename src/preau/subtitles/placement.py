"""Settings of cues and regions, read and written (W3C WebVTT 1, "parse the WebVTT cue settings" and "collect WebVTT
region settings"). What cannot be read is left out, setting by setting."""

import math
import re
from collections.abc import Callable, Container, Iterator
from decimal import Decimal
from typing import Any

from preau.subtitles.pointer import split_on_spaces
from preau.subtitles.tracks import Region, Settings

_PERCENTAGE = re.compile(r"[0-9]+(\.[0-9]+)?%")
_LINE_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LINE_ALIGNS = {"start", "center", "end"}
_POSITION_ALIGNS = {"line-left", "center", "line-right"}
_ALIGNS = {"start", "center", "end", "left", "right"}
_MOST_LINES = 999_999_999

Changes = dict[str, Any]
Reader = Callable[[str], Changes | None]


def parse_cue_settings(text: str, regions: Container[str]) -> tuple[Settings, int]:
    """The settings in the rest of a timing line, and how many were ignored. `regions` are the identifiers known."""
    found: Changes = {}
    ignored = 0
    for name, value in _settings(text):
        changes = _region(value, regions) if name == "region" else _CUE.get(name, _ignored)(value)
        found |= changes or {}
        ignored += changes is None
        if name == "vertical" and found.get("vertical"):
            found["region"] = None  # there are no vertical regions
    return Settings(**found), ignored


def parse_region_settings(text: str) -> tuple[Region, int]:
    """The region that a block defines, and how many of its settings were ignored."""
    found: Changes = {}
    ignored = 0
    for name, value in _settings(text):
        changes = _REGION.get(name, _ignored)(value)
        found |= changes or {}
        ignored += changes is None
    return Region(**found), ignored


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each setting; both empty for what has no colon, or one at either end."""
    for setting in split_on_spaces(text):
        name, _, value = setting.partition(":")
        yield (name, value) if name and value else ("", "")


def _ignored(value: str) -> None:
    return None


def _region(value: str, regions: Container[str]) -> Changes:
    return {"region": value if value in regions else None}


def _vertical(value: str) -> Changes | None:
    return {"vertical": value} if value in {"rl", "lr"} else None


def _line(value: str) -> Changes | None:
    """A line or a percentage, and where the cue's box stands to it. The cue drops out of its region."""
    offset, comma, align = value.partition(",")
    number = parse_percentage(offset) if offset.endswith("%") else _parse_line_number(offset)
    if number is None or (comma and align not in _LINE_ALIGNS):
        return None
    changes: Changes = {"line": number, "snap_to_lines": not offset.endswith("%"), "region": None}
    return changes | ({"line_align": align} if comma else {})


def _position(value: str) -> Changes | None:
    offset, comma, align = value.partition(",")
    number = parse_percentage(offset)
    if number is None or (comma and align not in _POSITION_ALIGNS):
        return None
    return {"position": number} | ({"position_align": align} if comma else {})


def _size(value: str) -> Changes | None:
    """How much of the picture's width. A cue of another size than 100 % drops out of its region."""
    number = parse_percentage(value)
    if number is None:
        return None
    return {"size": number} | ({"region": None} if number != 100 else {})


def _align(value: str) -> Changes | None:
    return {"align": value} if value in _ALIGNS else None


def _identifier(value: str) -> Changes | None:
    return {"id": value}


def _width(value: str) -> Changes | None:
    number = parse_percentage(value)
    return None if number is None else {"width": number}


def _lines(value: str) -> Changes | None:
    if not (value.isascii() and value.isdigit()):
        return None
    significant = value.lstrip("0") or "0"
    return {"lines": int(significant) if len(significant) < len(str(_MOST_LINES)) else _MOST_LINES}


def _anchor(name: str) -> Reader:
    def read(value: str) -> Changes | None:
        x, _, y = value.partition(",")
        point = (parse_percentage(x), parse_percentage(y))
        return None if None in point else {name: point}

    return read


def _scroll(value: str) -> Changes | None:
    return {"scroll": value} if value == "up" else None


_CUE: dict[str, Reader] = {
    "vertical": _vertical,
    "line": _line,
    "position": _position,
    "size": _size,
    "align": _align,
}
_REGION: dict[str, Reader] = {
    "id": _identifier,
    "width": _width,
    "lines": _lines,
    "regionanchor": _anchor("anchor"),
    "viewportanchor": _anchor("viewport_anchor"),
    "scroll": _scroll,
}


def parse_percentage(text: str) -> float | None:
    """The number of "parse a percentage string": 0 to 100, or None where it fails."""
    if not _PERCENTAGE.fullmatch(text):
        return None
    number = float(text.removesuffix("%"))
    return number if number <= 100 else None


def _parse_line_number(text: str) -> float | None:
    """A line by HTML's "rules for parsing floating-point number values": no infinity, and no negative zero."""
    if not _LINE_NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number + 0.0 if math.isfinite(number) else None


def write_cue_settings(settings: Settings) -> str:
    """What differs from the default, each after a space; the region last, since others drop the cue out of it."""
    default = Settings()
    written = []
    if settings.vertical != default.vertical:
        written.append(f"vertical:{settings.vertical}")
    if settings.line is not None:
        align = f",{settings.line_align}" if settings.line_align != default.line_align else ""
        written.append(f"line:{_number(settings.line)}{'' if settings.snap_to_lines else '%'}{align}")
    if settings.position is not None:
        align = f",{settings.position_align}" if settings.position_align != default.position_align else ""
        written.append(f"position:{_number(settings.position)}%{align}")
    if settings.size != default.size:
        written.append(f"size:{_number(settings.size)}%")
    if settings.align != default.align:
        written.append(f"align:{settings.align}")
    if settings.region is not None:
        written.append(f"region:{settings.region}")
    return "".join(f" {setting}" for setting in written)


def write_region_settings(region: Region) -> str:
    """All settings of a region, in one line."""
    identifier = f"id:{region.id} " if region.id else ""
    scroll = f" scroll:{region.scroll}" if region.scroll else ""
    return (
        f"{identifier}width:{_number(region.width)}% lines:{region.lines} regionanchor:{_point(region.anchor)}"
        f" viewportanchor:{_point(region.viewport_anchor)}{scroll}"
    )


def _point(point: tuple[float, float]) -> str:
    return ",".join(f"{_number(part)}%" for part in point)


def _number(number: float) -> str:
    """The shortest decimal that is read back as this float; no exponent, which the standard does not know."""
    return format(Decimal(repr(float(number))), "f").removesuffix(".0")
