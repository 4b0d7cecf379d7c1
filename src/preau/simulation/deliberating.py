"""The jury of a sample edition: it follows the rule, says so of its cases, and signs its minutes."""

from datetime import datetime

from preau.accounts.models import Person
from preau.audit import acts
from preau.certificates import deciding, deliberating, filing, freezing, serving
from preau.certificates.models import Candidate, Deliberation
from preau.common.ids import new_id
from preau.courses.models import Edition

REASON = {"fr": "Le jury suit la règle.", "en": "The jury follows the rule."}
TITLE = {"fr": "Tronc commun", "en": "Core"}
PRESIDENT = "Jeanne Exemple"


def judge(edition: Edition, *, by: Person, now: datetime) -> Deliberation:
    """A deliberation about every track of an edition, from its list to what is given and told."""
    language = edition.course.languages[0]
    zone = edition.zone_info
    sheet = deliberating.Sheet(TITLE.get(language, TITLE["en"]), PRESIDENT, (by.name,), now.astimezone(zone).date())
    tracks = list(edition.tracks.order_by("position").values_list("key", flat=True))
    outcome = deliberating.prepare(act=_act(now), edition=edition, sheet=sheet, tracks=tracks, by=by, now=now)
    row = Deliberation.objects.get(pk=outcome["deliberation"])
    deliberating.ask_freeze(act=_act(now), deliberation=row, by=by, now=now)
    freezing.freeze(row.pk, now=now)
    _decide(row, REASON.get(language, REASON["en"]), by, now)
    deliberating.close(act=_act(now), deliberation=row, by=by, now=now)
    filing.print_minutes(row.pk)
    row.refresh_from_db()
    deliberating.file(
        act=_act(now), deliberation=row, signed=filing.read(row.minutes), printed=row.minutes_digest, by=by, now=now
    )
    while serving.serve_due(now=now):
        continue
    return row


def _decide(row: Deliberation, reason: str, by: Person, now: datetime) -> None:
    left = deliberating.undecided(row)
    if left.filter(apart=False).exists():
        deciding.follow(act=_act(now), deliberation=row, by=by, now=now)
    for verdict in Candidate.Verdict.values:
        cases = list(left.filter(apart=True, proposal=verdict).values_list("pk", flat=True))
        if cases:
            word = deciding.Word(verdict, reason)  # type: ignore[arg-type]
            deciding.decide(act=_act(now), deliberation=row, candidates=cases, word=word, by=by, now=now)


def _act(now: datetime) -> acts.Act:
    return acts.Act(new_id(), "simulated", {}, received_at=now)
