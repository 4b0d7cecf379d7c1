"""Settings from the environment: typed, and loud when wrong. A secret may come from a file: NAME_FILE."""

import os
from pathlib import Path


class BadSetting(Exception):
    """A setting that cannot be read; the message names it and says what was expected."""


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE: {path} cannot be read ({error.strerror})") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; false for 0, false, no, off and nothing."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(f"{name}: expected yes or no, not {value!r}")


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise BadSetting(f"{name}: expected a whole number from {least}, not {value!r}")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Words separated by commas or spaces."""
    return text(name, default).replace(",", " ").split()
