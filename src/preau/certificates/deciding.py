"""What a jury decides of its candidates: one by one, some at once, or as the rule proposes. Each verb is an act; a
decision is never edited, another one replaces it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import deliberating, freezing, jury
from preau.certificates.models import Candidate, Decision, Deliberation
from preau.common.text import one_line
from preau.courses.models import Track


@dataclass(frozen=True)
class Word:
    """What is decided: the verdict, the track on which it admits (none: the candidate's own), why."""

    verdict: jury.Verdict
    reason: str = ""
    track: Track | None = None


def decide(
    *, act: acts.Act, deliberation: Deliberation, candidates: Sequence[UUID], word: Word, by: Person, now: datetime
) -> acts.Outcome:
    """The same for each of these candidates. Refuses minutes that are closed, a list that is not frozen, nobody, and
    no reason where `jury.needs_reason` asks for one; admits on the candidate's track or one that it extends only."""

    def work() -> acts.Outcome:
        row = _open(deliberation)
        rows = list(_locked(row).filter(pk__in=candidates))
        if not rows or len(rows) != len(set(candidates)):
            raise Refused(_("Nobody was chosen, or somebody who is not before this jury: nothing was decided."))
        made = [_decided(one, word, by, now) for one in rows]
        Decision.objects.bulk_create(made)
        return {"decided": len(made)}

    return acts.once(act, by.pk, work)


def follow(*, act: acts.Act, deliberation: Deliberation, by: Person, now: datetime) -> acts.Outcome:
    """Decide as the rule proposes, of everybody who has no decision and is no case. Refuses when nobody is left."""

    def work() -> acts.Outcome:
        row = _open(deliberation)
        left = deliberating.undecided(row).filter(apart=False).select_for_update(of=("self",)).order_by("pk")
        made = [_decision(one, Word(cast(jury.Verdict, one.proposal)), None, by, now) for one in left]
        if not made:
            raise Refused(_("Nobody is left to decide of by the rule."))
        Decision.objects.bulk_create(made, batch_size=1000)
        said = jury.split(one.verdict for one in made)
        journal.log("jury.followed", by=by.pk, about="edition", about_id=row.edition_id, at=now, n=row.number, **said)
        return {"decided": len(made)}

    return acts.once(act, by.pk, work)


def set_apart(*, act: acts.Act, candidate: Candidate, why: str, by: Person, now: datetime) -> acts.Outcome:
    """Make a case of somebody, with a reason; with none, no case any more where only that had made it one."""

    def work() -> acts.Outcome:
        row = _open(candidate.deliberation)
        fresh = _locked(row).get(pk=candidate.pk)
        fresh.why_apart = one_line(why)[:300]
        by_itself = any(sign.get("apart", True) for sign in fresh.signs)
        fresh.apart = bool(fresh.why_apart) or by_itself
        fresh.save(update_fields=["apart", "why_apart"])
        journal.log("jury.apart", by=by.pk, about="enrolment", about_id=fresh.enrolment_id, at=now, apart=fresh.apart)
        return {"candidate": str(fresh.pk), "apart": fresh.apart}

    return acts.once(act, by.pk, work)


def refresh(*, act: acts.Act, candidate: Candidate, by: Person, now: datetime) -> acts.Outcome:
    """Take the figures and the signs of one candidate as they are today; what was decided of them stands until another
    decision replaces it."""

    def work() -> acts.Outcome:
        row = _open(candidate.deliberation)
        fresh = _locked(row).get(pk=candidate.pk)
        about = next(one for one in freezing.subjects(row) if one.track == fresh.track)
        today = freezing.snapshots([fresh.enrolment_id], about, now=now, apart=fresh.why_apart)[0]
        for name in ("proposal", "numbers", "signs", "apart", "frozen_at"):
            setattr(fresh, name, getattr(today, name))
        fresh.save(update_fields=["proposal", "numbers", "signs", "apart", "frozen_at"])
        journal.log("jury.refreshed", by=by.pk, about="enrolment", about_id=fresh.enrolment_id, at=now, n=row.number)
        return {"candidate": str(fresh.pk)}

    return acts.once(act, by.pk, work)


def _open(deliberation: Deliberation) -> Deliberation:
    row = deliberating.held(deliberation.pk)
    if row.frozen_at is None:
        raise Refused(_("The list is not frozen yet."))
    if row.closed_at or row.cancelled_at:
        raise Refused(_("The minutes are closed: nothing was changed."))
    return row


def _locked(row: Deliberation) -> QuerySet[Candidate]:
    rows = row.candidates.select_related("track").prefetch_related("decisions")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _decided(one: Candidate, word: Word, by: Person, now: datetime) -> Decision:
    former = latest(one.decisions.all())
    _check_track(one, word)
    elsewhere = word.track is not None and word.track != one.track
    proposed = cast(jury.Verdict, one.proposal)
    asks = jury.needs_reason(word.verdict, proposed, apart=one.apart, again=former is not None, elsewhere=elsewhere)
    if asks and not one_line(word.reason):
        raise Refused(_("This decision needs a reason: it is a case, goes against the rule or replaces another."))
    return _decision(one, word, former, by, now)


def _check_track(one: Candidate, word: Word) -> None:
    if word.track is None:
        return
    below = {track.key for track in lower(one)}
    if word.verdict != "admitted" or word.track.key not in below | {one.track.key if one.track else ""}:
        raise Refused(_("Somebody is admitted on their track, or on one that it extends."))


def lower(one: Candidate) -> list[Track]:
    """The tracks that a candidate's own extends, the nearest first: where a jury may admit instead."""
    found: list[Track] = []
    every = {track.key: track for track in Track.objects.filter(edition=one.deliberation.edition_id)}
    track = one.track
    while track is not None and (track := every.get(track.rule.get("extends", ""))) is not None:
        found.append(track)
    return found


def _decision(one: Candidate, word: Word, former: Decision | None, by: Person, now: datetime) -> Decision:
    track = word.track if word.verdict == "admitted" else None
    return Decision(
        candidate=one,
        verdict=word.verdict,
        track=track,
        reason=one_line(word.reason)[:300],
        by=by,
        at=now,
        replaces=former,
    )


def latest(decisions: Iterable[Decision]) -> Decision | None:
    """The decision that stands, of those of one candidate."""
    every = list(decisions)
    replaced = {one.replaces_id for one in every}
    return next((one for one in every if one.pk not in replaced), None)
