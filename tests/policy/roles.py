"""Who is on stage for the access matrix, and what a row of it is."""

from dataclasses import dataclass

ROLES = {
    "a": "anonymous",
    "m": "member",
    "l": "learner",
    "e": "learner elsewhere",
    "o": "moderator",
    "c": "coach",
    "s": "supervisor",
    "b": "subtitler",
    "t": "teacher",
    "r": "registrar",
    "d": "administrator",
}
EVERYBODY = "amleocsbtrd"
SIGNED_IN = "mleocsbtrd"


@dataclass(frozen=True)
class Row:
    """`path` is a sample address with `{names}` of the stage; `who` gets in by `method` (a POST gets as far as its
    form)."""

    path: str
    who: str
    method: str = "GET"
    track: str = ""
    form: tuple[tuple[str, str], ...] = ()  # more fields of a POST, with `{names}` of the stage
