"""Which result of a unit counts: what its activity brought, what an earlier edition did, or what staff put in their
place. Pure."""

from preau.grades.rules import ResultFact


def counted(
    unit: str, own: ResultFact | None, corrected: float | None, carried: float | None = None
) -> ResultFact | None:
    """What counts of a unit. A correction, in percent, stands whatever its activity brought before it or brings after
    it, until staff withdraw it (None); then the better of what the activity brought and of what is carried over from an
    earlier edition, in percent. What is carried is a floor: doing the unit again can only bring more."""
    if corrected is not None:
        return ResultFact(unit, corrected, 100.0)
    if carried is None or (own is not None and own.percent >= carried and (own.final or own.rising)):
        return own
    return ResultFact(unit, carried, 100.0, final=False, rising=True)
