"""Which result of a unit counts: what its activity brought, or what staff put in its place. Pure."""

from preau.grades.rules import ResultFact


def counted(unit: str, own: ResultFact | None, corrected: float | None) -> ResultFact | None:
    """What counts of a unit. A correction, in percent, stands whatever its activity brought before it or brings after
    it, until staff withdraw it (None); then what the activity brought counts again."""
    return own if corrected is None else ResultFact(unit, corrected, 100.0)
