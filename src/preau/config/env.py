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


def choice(name: str, values: tuple[str, ...]) -> str:
    """One of these, the first when nothing is said."""
    value = text(name, values[0]).lower()
    if value not in values:
        raise BadSetting(f"{name}: expected one of {', '.join(values)}, not {value!r}")
    return value


def two_numbers(name: str, default: tuple[int, int]) -> tuple[int, int]:
    """Two whole numbers, separated by a space or a comma."""
    given = words(name, "{} {}".format(*default))
    if len(given) != 2 or not all(one.isascii() and one.isdigit() for one in given):
        raise BadSetting(f"{name}: expected two whole numbers like '3 1', not {' '.join(given)!r}")
    return int(given[0]), int(given[1])


def words(name: str, default: str = "") -> list[str]:
    """Words separated by commas or spaces."""
    return text(name, default).replace(",", " ").split()
