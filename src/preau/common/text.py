"""Text that people type: kept as they wrote it, without what could make a line pretend to be another."""

import unicodedata

# Characters that turn the direction of what follows: with them "gpj.exe" can be made to read "exe.jpg".
BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def clean(text: str) -> str:
    """NFC, unix line ends, no control characters but tab and line end, no direction overrides."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(BIDI)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def one_line(text: str) -> str:
    """The same on one line, single spaces."""
    return " ".join(clean(text).split())
