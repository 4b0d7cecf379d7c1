"""What the team changes of an assignment while its edition runs: its terms, the words of its rubric, its scoring."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.content import printing
from preau.courses.models import Edition
from preau.mail import actions as mail
from preau.peer import assignments, leasing, revising
from preau.peer import rubric as rubrics
from preau.peer import terms as terms_of
from preau.peer.allocation import Standing
from preau.peer.assignments import Facts
from preau.peer.candidates import COLUMNS
from preau.peer.models import Assignment, PoolEntry, Review, Rubric
from preau.peer.rubric import Rubric as Scale
from preau.peer.terms import Terms

ADJUSTABLE = ("reviews", "guaranteed", "owed", "ai", "words", "scale", "staff_grades", "grace_day", "appeals")
AFTERWARDS = frozenset(["appeals"])  # all that may still change once results are told
AT_ONCE = 500
CHANGED = gettext_noop("The assignment changed since you opened the page: look at it again. Nothing was changed.")

type Words = Mapping[str, Scale]
"""The words of one rubric by language."""


def would_be(facts: Facts, said: Mapping[str, Any]) -> tuple[Terms, list[str]]:
    """The terms if the team said this over those of the course, and why some of it cannot be used."""
    wrong: list[str] = []
    asked = {**facts.unit.meta, **{key: said[key] for key in ADJUSTABLE if key in said}}
    return terms_of.read(asked, lambda _key, why: wrong.append(why)), wrong


def adjust(
    *, act: acts.Act, by: Person, facts: Facts, said: Mapping[str, Any], seen: int, now: datetime
) -> acts.Outcome:
    """Change terms for everybody, as looked at when the edition had the revision `seen`; pages tell it at once.

    Refuses what a front matter could not say, and anything but the time to appeal once results are told."""

    def work() -> acts.Outcome:
        row = assignments.locked(facts)
        after, wrong = would_be(facts, said)
        if wrong:
            raise Refused(wrong[0])
        changed = revising.terms_changed(facts.terms, after)
        if row.published_at is not None and not {key for key, _old, _new in changed} <= AFTERWARDS:
            raise Refused(_("The results are told: only the time to appeal can still change."))
        edition = _edition(facts, seen)
        row.adjusted = _over_the_course(facts, said)
        row.save(update_fields=["adjusted"])
        if more := after.guaranteed - facts.terms.guaranteed:
            _want(row, facts, more, now)
        names = [key for key, _old, _new in changed]
        said_now = {key: row.adjusted.get(key, facts.unit.meta.get(key)) for key in names}
        _log("peer.adjusted", by, facts, now, **said_now)
        printing.refreshed(edition)
        return {"assignment": str(row.pk), "changed": names}

    return acts.once(act, by.pk, work)


def _want(row: Assignment, facts: Facts, more: int, now: datetime) -> None:
    """What is wanted decides who is served first, and changes nothing else of an entry. They are locked by their key,
    as everywhere, so that nobody who assesses meanwhile waits in a ring."""
    hurry = leasing.hurry(facts, now)
    entries = PoolEntry.objects.filter(assignment=row, withdrawn=False).order_by("pk")
    for batch in batched(list(entries.values_list("pk", flat=True)), AT_ONCE):
        alike: dict[tuple[int, int], list[UUID]] = defaultdict(list)
        locked = entries.select_for_update(of=("self",)).filter(pk__in=batch)
        for pk, wanted, *rest in locked.values_list("pk", *COLUMNS):
            after = Standing(max(0, wanted + more), *rest).placed(hurry=hurry)
            alike[after.wanted, after.tier].append(pk)
        for (wanted, tier), copies in alike.items():
            PoolEntry.objects.filter(pk__in=copies).update(wanted=wanted, tier=tier)


def _over_the_course(facts: Facts, said: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the terms of the course, and nothing else: the rest follows its next version."""
    own = terms_of.read(facts.unit.meta, lambda _key, _why: None)
    asked, _wrong = would_be(facts, said)
    return {key: said[key] for key in ADJUSTABLE if key in said and getattr(asked, key) != getattr(own, key)}


def _log(verb: str, by: Person, facts: Facts, now: datetime, **details: Any) -> None:
    journal.log(
        verb, by=by.pk, about="edition", about_id=facts.outline.edition_id, at=now, unit=facts.unit.key, **details
    )


def _edition(facts: Facts, seen: int) -> Edition:
    edition = Edition.objects.select_for_update(of=("self",)).select_related("course").get(pk=facts.outline.edition_id)
    if edition.revision != seen:
        raise Refused(_(CHANGED))
    return edition


def reword(
    *, act: acts.Act, by: Person, facts: Facts, words: Words, seen: int, now: datetime
) -> acts.Outcome:  # fmt: skip
    """Put a rubric in other words, which everybody reads at once, on what is written already too. `words` has every
    language. Refuses words of another scoring."""

    def work() -> acts.Outcome:
        assignments.locked(facts)
        edition = _edition(facts, seen)
        row = Rubric.objects.select_for_update().get(pk=facts.rubric_id)
        if any(one.scoring != row.scoring for one in words.values()):
            raise Refused(_("These words score otherwise than the rubric in force: nothing was changed."))
        row.texts = {language: rubrics.to_data(one) for language, one in words.items()}
        row.save(update_fields=["texts"])
        _log("rubric.reworded", by, facts, now, rubric=row.number)
        printing.refreshed(edition)
        return {"rubric": str(row.pk), "number": row.number}

    return acts.once(act, by.pk, work)


def in_other_words(facts: Facts) -> bool:
    """Are the words of the rubric in force the desk's, and could those of the course take their place?"""
    row = Rubric.objects.filter(pk=facts.rubric_id).first()
    return row is not None and bool(row.texts) and _fits(facts, row)


def _fits(facts: Facts, row: Rubric) -> bool:
    printed = rubrics.read(facts.unit.meta["rubric"], lambda why: None)
    return printed is not None and printed.scoring == row.scoring


def unword(*, act: acts.Act, by: Person, facts: Facts, seen: int, now: datetime) -> acts.Outcome:
    """Go back to the words of the course, in every language. Refuses where they stand already, and where the course
    scores otherwise."""

    def work() -> acts.Outcome:
        assignments.locked(facts)
        edition = _edition(facts, seen)
        row = Rubric.objects.select_for_update().get(pk=facts.rubric_id)
        if not row.texts:
            raise Refused(_("The words are those of the course already."))
        if not _fits(facts, row):
            raise Refused(_("The course scores otherwise than the rubric in force: its words do not fit."))
        row.texts, row.version_id = {}, facts.outline.version_id
        row.save(update_fields=["texts", "version_id"])
        _log("rubric.unworded", by, facts, now, rubric=row.number)
        printing.refreshed(edition)
        return {"rubric": str(row.pk), "number": row.number}

    return acts.once(act, by.pk, work)


@dataclass(frozen=True)
class Reach:
    """Whom another scoring touches: finished reviews, which keep their score, and by how many people; open ones, which
    go on or whose authors are told."""

    finished: int
    people: int
    open: int
    goes_on: bool


def reach(facts: Facts, new: Scale) -> Reach:
    """Whom it touches: three queries."""
    finished = _reviews(facts).filter(finished_at__isnull=False)
    return Reach(
        finished.count(),
        finished.order_by().values("reviewer").distinct().count(),
        _under_way(facts).count(),
        revising.remains(facts.rubric, new),
    )


def _reviews(facts: Facts) -> "QuerySet[Review]":
    rows = Review.objects.filter(assignment_id=facts.id, submission__cancelled_at=None)
    return rows.exclude(kind=Review.Kind.SELF)


def _under_way(facts: Facts) -> "QuerySet[Review]":
    return _reviews(facts).filter(finished_at=None, returned_at=None)


def rescore(
    *, act: acts.Act, by: Person, facts: Facts, words: Words, reason: str, seen: int, now: datetime
) -> acts.Outcome:
    """Make another scoring the rubric in force. Finished reviews keep their score under the one they were written
    with; those under way go on under the new one, without the levels that mean nothing there any more, and whoever
    loses some is told.

    Refuses without a reason, words that do not score alike, a rubric that scores as before, and once results are told.
    """

    def work() -> acts.Outcome:
        row = assignments.locked(facts)
        edition = _edition(facts, seen)
        new = next(iter(words.values()))
        _check_scoring(row, facts, words, new, reason)
        made = Rubric.objects.create(
            pk=assignments.rubric_id(facts.id, facts.number + 1),
            assignment=row,
            number=facts.number + 1,
            version_id=facts.outline.version_id,
            texts={language: rubrics.to_data(one) for language, one in words.items()},
            scoring=new.scoring,
            reason=reason.strip(),
            made_by=by,
            made_at=now,
        )
        told = 0 if revising.remains(facts.rubric, new) else _tell_reviewers(facts, made, now)
        _carry(facts, new, made)
        _log("rubric.rescored", by, facts, now, rubric=made.number, reason=made.reason)
        printing.refreshed(edition)
        return {"rubric": str(made.pk), "number": made.number, "told": told}

    return acts.once(act, by.pk, work)


def _check_scoring(row: Assignment, facts: Facts, words: Words, new: Scale, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why the scoring changes: reviewers and authors may ask."))
    if row.published_at is not None:
        raise Refused(_("The results are told: the scoring can no longer change."))
    if len({one.scoring for one in words.values()}) > 1:
        raise Refused(_("The rubric does not score alike in all languages: nothing was changed."))
    if not revising.changes(facts.rubric, new):
        raise Refused(_("This scores as before: nothing was changed."))


def _carry(facts: Facts, new: Scale, made: Rubric) -> None:
    """Reviews under way, and those given back that may still come, go on under the new rubric."""
    rows = _reviews(facts).filter(finished_at=None).only("pk", "levels", "comments", "rubric")
    known, batch = {one.id for one in new.criteria}, []
    for review in rows.iterator(chunk_size=AT_ONCE):
        review.levels = revising.carried(review.levels, facts.rubric, new)
        review.comments = {key: words for key, words in review.comments.items() if key in known}
        review.rubric = made
        batch.append(review)
    Review.objects.bulk_update(batch, ["levels", "comments", "rubric"], batch_size=AT_ONCE)


def _tell_reviewers(facts: Facts, made: Rubric, now: datetime) -> int:
    people = Person.objects.filter(pk__in=_under_way(facts).order_by().values("reviewer"))
    return mail.queue_many(_messages(facts, made, people.order_by("pk")), now=now, kind="decision")


def _messages(facts: Facts, made: Rubric, people: "QuerySet[Person]") -> Iterator[dict[str, Any]]:
    for person in people.only("pk", "email", "language", "zone").iterator(chunk_size=AT_ONCE):
        with translation.override(person.language):
            subject = _("The rubric has changed: {title}").format(title=facts.unit.title)
            text = _(
                "The team changed the rubric of “{title}” while you were assessing a copy. What you had chosen for"
                " criteria that are still there is kept; look at the others before you send it.\n\nReason: {reason}\n"
            ).format(title=facts.unit.title, reason=made.reason)
        yield {
            "person_id": person.pk,
            "address": person.email,
            "key": f"rubric:{made.pk}",
            "language": person.language,
            "zone": person.zone,
            "subject": subject,
            "text": f"{text}\n{settings.SITE_URL}{facts.address}\n",
        }
