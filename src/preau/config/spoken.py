"""The languages that the interface speaks: the site's own, English, which the sources are written in, and every one
that has a whole catalogue in `locale/`. No Django: the settings read it."""

import struct
from pathlib import Path

from babel import Locale

ENGLISH = "en"
PSEUDO = (("en-XA", "[Éñĝļîšĥ ~~~]"), ("ar-XB", "[\u200f\u202eEnglish\u202c\u200f]"))
WHOLE = 0.95  # of what the fullest catalogue says: an upgrade takes no language away, what is new stands in English
MAGIC = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}  # of a .mo, by the order of its bytes


def found(locales: Path, own: str, *, pseudo: bool = False) -> list[tuple[str, str]]:
    """(code, its name in itself), the site's own first. `pseudo` adds two that prove length and direction."""
    said = {path.parts[-3]: _messages(path) for path in locales.glob("*/LC_MESSAGES/django.mo")}
    least = max(said.values(), default=0) * WHOLE
    # In lower case, as Django names a language that is in force, and as addresses do.
    whole = {folder.replace("_", "-").lower() for folder, count in said.items() if count and count >= least}
    codes = [own, *sorted({ENGLISH, *whole} - {own}, key=lambda code: (code != ENGLISH, code))]
    return [*((code, name(code)) for code in codes), *(PSEUDO if pseudo else ())]


def name(code: str) -> str:
    """What a language calls itself, as it stands in a list: « Français »."""
    locale = Locale.parse(code, sep="-")
    said = locale.get_display_name(locale) or code
    return said[:1].upper() + said[1:]


def _messages(path: Path) -> int:
    """How many texts a compiled catalogue translates; none when it is no catalogue."""
    with path.open("rb") as file:
        head = file.read(12)
    order = MAGIC.get(head[:4])
    return struct.unpack(f"{order}II", head[4:])[1] if order and len(head) == 12 else 0
