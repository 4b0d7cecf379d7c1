"""What the worker looks after for certificates and statements. What signs, prints and seals weighs a quarter of it:
loaded when something first waits.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from preau.certificates import queries
from preau.certificates.models import Statement

if TYPE_CHECKING:
    from preau.certificates.issuing import Press


class Documents:
    """The documents of what was given; keeps its press from one look to the next."""

    def __init__(self) -> None:
        self.press: Press | None = None

    def look(self, now: datetime) -> int:
        """Make what waits, for so long at most; returns how many."""
        if self.press is None:
            if not queries.unmade().exists():
                return 0
            from preau.certificates.issuing import Press  # noqa: PLC0415  heavy: typst, pyHanko

            self.press = Press()
        return self.press.look(now)


def sign_statements(now: datetime) -> int:
    """Sign and print the statements that wait; returns how many."""
    if not Statement.objects.filter(paper="").exists():
        return 0
    from preau.certificates import statement_signing  # noqa: PLC0415  heavy: typst, pyHanko

    return statement_signing.sign_due(now)
