"""Names of cues: eight letters that say nothing, so that a cue keeps its name whatever becomes of words and times."""

import secrets
from collections.abc import Container

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
LENGTH = 8


def fresh(taken: Container[str] = ()) -> str:
    """A new name, of 40 random bits."""
    while True:
        made = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if made not in taken:
            return made
