"""A string with a place in it: the `input` and `position` that the algorithms of the WebVTT standard share."""

import re

DIGITS = re.compile(r"[0-9]*")
WHITESPACE = re.compile(r"[\t\n\f\r ]*")
_SPACES = re.compile(r"[\t\n\f\r ]+")


class Pointer:
    """Moves forwards only, so whoever reads with it reads in linear time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    @property
    def at_end(self) -> bool:
        """Is the position past the end?"""
        return self.position >= len(self.text)

    def collect(self, code_points: re.Pattern[str]) -> str:
        """The longest sequence of code points from here on that a pattern (`[…]*`) allows; moves past it."""
        found = code_points.match(self.text, self.position)
        collected = found.group() if found else ""
        self.position += len(collected)
        return collected

    def sees(self, text: str) -> bool:
        """Does `text` stand here?"""
        return self.text.startswith(text, self.position)

    def take(self, text: str) -> bool:
        """Move past `text` where it stands here; says whether it did."""
        found = self.sees(text)
        if found:
            self.position += len(text)
        return found


def split_on_spaces(text: str) -> list[str]:
    """The parts between runs of ASCII whitespace, none of them empty (Infra standard, "split on ASCII whitespace")."""
    return [part for part in _SPACES.split(text) if part]
