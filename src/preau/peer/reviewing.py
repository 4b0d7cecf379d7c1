"""The verbs of a reviewer: train, save and finish a review, assess one's own copy, say what is wrong with a copy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common import text as texts
from preau.common.prepared import Change, Prepared
from preau.peer import assignments, leasing
from preau.peer import rubric as rubrics
from preau.peer.assignments import Facts
from preau.peer.models import Flag, Review, Submission, Training

LONGEST = 10_000  # characters of the letter


@dataclass(frozen=True)
class Given:
    """What a reviewer chose and wrote: the place of a level for each criterion, comments by criterion, a letter."""

    levels: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    words: str = ""

    def data(self) -> dict[str, object]:
        """As the payload of an act."""
        return {"levels": dict(self.levels), "comments": dict(self.comments), "words": self.words}


def save(*, act: acts.Act, by: Person, review: Review, facts: Facts, given: Given, now: datetime) -> acts.Outcome:
    """Keep an unfinished review as it is. Refuses one that is finished, and a copy that was taken out."""

    def work() -> acts.Outcome:
        row = _open(review)
        _write(row, facts, given)
        row.save(update_fields=["levels", "comments", "words", "rubric"])
        leasing.beat(row, now)
        return {"review": str(row.pk), "saved": now.isoformat()}

    return acts.once(act, by.pk, work)


def finish(*, act: acts.Act, by: Person, review: Review, facts: Facts, given: Given, now: datetime) -> acts.Outcome:
    """Send a review: from then on it stands. Received after the results it is advice, and counts for what is owed.

    Refuses one that is finished, a copy that was taken out, the end of the edition, and a criterion left out."""

    row = Review(pk=review.pk, finished_at=now, seen_at=now, late=facts.published_at is not None)

    def work() -> acts.Outcome:
        try:
            if now > facts.outline.closes_at:
                raise Refused(_("The session has ended: this assessment was not received."))
            _write(row, facts, given)
            row.score = _score(facts, row.levels, row.comments)
        except Refused:
            _open(review)  # what it refuses is told first
            raise
        found = _SENT(row.pk, *(getattr(row, field) for field in _SENT.fields))
        if found is None:
            raise Refused(_already())
        row.submission_id, row.reviewer_id = found
        return {"review": str(row.pk), "finished": now.isoformat(), "late": row.late}

    return acts.once(act, by.pk, work, last=lambda: leasing.finished(row, facts, now=now))


def self_assess(
    *, act: acts.Act, by: Person, facts: Facts, copy: Submission, given: Given, now: datetime
) -> acts.Outcome:
    """Assess one's own copy, until the results are told; again replaces. It changes no grade."""

    def work() -> acts.Outcome:
        if facts.published_at is not None:
            raise Refused(_("The results are told: your own assessment can no longer change."))
        assignments.ensure(facts)
        values = {
            "assignment_id": facts.id,
            "kind": Review.Kind.SELF,
            "rubric_id": facts.rubric_id,
            "leased_at": now,
            "seen_at": now,
            "finished_at": now,
            "levels": dict(given.levels),
            "comments": _comments(facts, given),
            "words": texts.clean(given.words)[:LONGEST],
            "score": _score(facts, given.levels, given.comments),
        }
        row, _made = Review.objects.update_or_create(submission=copy, reviewer=by, defaults=values)
        return {"review": str(row.pk)}

    return acts.once(act, by.pk, work)


def train(*, act: acts.Act, by: Person, facts: Facts, exemplar: str, given: Given, now: datetime) -> acts.Outcome:
    """Assess an exemplar; the outcome tells for each criterion whether the team chose the same level."""

    def work() -> acts.Outcome:
        known = next((one for one in facts.terms.exemplars if one.id == exemplar), None)
        if known is None:
            raise Refused(_("This example is no longer part of the assignment."))
        _score(facts, given.levels, {c.id: "-" for c in facts.rubric.criteria})
        assignments.ensure(facts)
        values = {"levels": dict(given.levels), "done_at": now}
        Training.objects.update_or_create(assignment_id=facts.id, person=by, exemplar=exemplar, defaults=values)
        return {"same": sorted(key for key, level in known.levels.items() if given.levels.get(key) == level)}

    return acts.once(act, by.pk, work)


def flag(
    *, act: acts.Act, by: Person, review: Review, kind: str, words: str, of_review: bool, now: datetime
) -> acts.Outcome:
    """Tell the team what is wrong with a copy, or with a review that one received; once for each kind."""

    def work() -> acts.Outcome:
        if kind not in Flag.Kind.values:
            raise Refused(_("Say what is wrong."))
        values = {"words": texts.clean(words).strip()[:2000], "raised_at": now}
        row, _made = Flag.objects.get_or_create(review=review, of_review=of_review, kind=kind, defaults=values)
        return {"flag": str(row.pk)}

    return acts.once(act, by.pk, work)


def rate(*, act: acts.Act, by: Person, review: Review, useful: bool) -> acts.Outcome:
    """Say of a review that one received whether it was of use."""

    def work() -> acts.Outcome:
        Review.objects.filter(pk=review.pk).update(useful=useful)
        return {"review": str(review.pk), "useful": useful}

    return acts.once(act, by.pk, work)


def _locked(key: UUID) -> "QuerySet[Review]":
    rows = Review.objects.select_for_update(of=("self",)).select_related("submission")
    return rows.defer("submission__text", "submission__help", "submission__ai").filter(pk=key)


# Every assessment that is sent passes here, and most are on the last evening.
_LOCKED = Prepared(_locked, (UUID(int=1),))
_SENT = Change(
    Review,
    ("levels", "comments", "words", "rubric_id", "score", "finished_at", "seen_at", "late"),
    empty="finished_at",
    back=("submission_id", "reviewer_id"),
)


def _already() -> str:
    return _("You sent this assessment already: it stands as it was.")


def _open(review: Review) -> Review:
    row: Review = _LOCKED.first(review.pk)
    if row.finished_at is not None:
        raise Refused(_already())
    if row.submission.cancelled_at is not None:
        raise Refused(leasing.taken_out())
    return row


def _write(row: Review, facts: Facts, given: Given) -> None:
    """Put what was given into a row; unknown criteria and levels that are not there are refused."""
    known = {criterion.id: criterion for criterion in facts.rubric.criteria}
    for key, level in given.levels.items():
        if key not in known or not 0 <= level < len(known[key].levels):
            raise Refused(_("The rubric has changed: reload the page and choose again. Your words are kept there."))
    row.levels, row.comments = dict(given.levels), _comments(facts, given)
    row.words = texts.clean(given.words)[:LONGEST]
    row.rubric_id = facts.rubric_id


def _comments(facts: Facts, given: Given) -> dict[str, str]:
    known = [criterion.id for criterion in facts.rubric.criteria if criterion.comment != "none"]
    return {
        key: texts.clean(given.comments[key])[: rubrics.LONGEST_COMMENT] for key in known if given.comments.get(key)
    }


def _score(facts: Facts, levels: Mapping[str, int], comments: Mapping[str, str]) -> float:
    lacking = rubrics.lacking(facts.rubric, levels, comments)
    if lacking:
        titles = {criterion.id: criterion.title for criterion in facts.rubric.criteria}
        key, what = lacking[0]
        said = _("Choose a level for “{title}”.") if what == "level" else _("Write a comment for “{title}”.")
        raise Refused(said.format(title=titles[key]))
    try:
        return rubrics.score(facts.rubric, levels)
    except rubrics.BadReview as error:
        raise Refused(_("The rubric has changed: reload the page and choose again.")) from error
