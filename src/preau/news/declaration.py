"""What the accessibility page declares: what was really checked, how, and what is known to be wrong. Changed with the
checks themselves, never by hand alone: `tests/journeys` and `tests/news/test_declaration.py` run them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

CHECKED_ON = date(2026, 11, 30)
REFERENCE = "RGAA 4.1.2"
AXE = "axe-core 4.14"


@dataclass(frozen=True)
class Line:
    """A check or a known fault: English msgids."""

    what: str
    how: str = ""


CHECKS = (
    Line(
        gettext_noop("Automatic rules on public pages, units, exercises and the team's pages"),
        gettext_noop("axe-core in a real browser, at 360 and 1280 pixels, in French and English, light and dark"),
    ),
    Line(
        gettext_noop("Keyboard alone: enrolling, reading, answering, handing in, subtitles"),
        gettext_noop("journeys played in a browser without a pointer"),
    ),
    Line(
        gettext_noop("No sideways scrolling at 320 pixels; targets of 24 pixels and more, on public pages"),
        gettext_noop("measured in a real browser"),
    ),
    Line(
        gettext_noop("Enrolling, reading, answering and handing in work without a script"),
        gettext_noop("journeys played with scripts switched off"),
    ),
    Line(gettext_noop("Contrast of every pair of colours, both themes"), gettext_noop("computed from the palette")),
    Line(
        gettext_noop("Videos have subtitles and a transcript; the team is told of those that have none"),
        gettext_noop("told by the checklist of each edition"),
    ),
)
KNOWN = (
    Line(gettext_noop("The manual grid of the 106 criteria has not been gone through by a person.")),
    Line(gettext_noop("No test with a screen reader by somebody who uses one every day.")),
    Line(
        gettext_noop(
            "Videos have no audio description of their own; the transcript says what is shown where it matters."
        )
    ),
    Line(gettext_noop("Documents that learners hand in are theirs, and may not be accessible.")),
)


def values() -> Mapping[str, Any]:
    """`checks` and `known`, in the language in force; `checked_on`, `reference`, `axe`."""
    return {
        "checks": [(_(line.what), _(line.how)) for line in CHECKS],
        "known": [_(line.what) for line in KNOWN],
        "checked_on": CHECKED_ON,
        "reference": REFERENCE,
        "axe": AXE,
    }
