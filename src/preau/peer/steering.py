"""What the team does so that every copy is assessed: let others in, and draw the copies that it grades itself."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Edition, Role
from preau.mail import actions as mail
from preau.peer import access, assignments, drawing, leasing
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, PoolEntry, Review, StaffTurn, Widening

GROUPS: tuple[str, ...] = tuple(Widening.Group.values)


def helpers(edition: Edition, group: str, now: datetime) -> "QuerySet[Person]":
    """Whom a widening lets in: those who hold a role of that group over the edition or its course."""
    live = Q(expires_at=None) | Q(expires_at__gt=now)
    here = Q(edition=edition) | Q(course=edition.course_id, edition=None)
    held = Role.objects.filter(live, here, kind__in=access.HELPERS[group], person=OuterRef("pk"))
    return Person.objects.filter(Exists(held), is_active=True)


def widen(*, act: acts.Act, by: Person, facts: Facts, groups: Iterable[str], now: datetime) -> acts.Outcome:
    """Let groups of helpers assess, and tell them where; a group that is in already stays as it is.

    Refuses nobody at all, and once results are told."""
    asked = [group for group in GROUPS if group in set(groups)]

    def work() -> acts.Outcome:
        row = assignments.locked(facts)
        if not asked:
            raise Refused(_("Choose who else may assess."))
        if row.published_at is not None:
            raise Refused(_("The results are told: there is nothing left to assess."))
        added, told = let_in(row, facts, asked, by=by, now=now)
        log("peer.widened", by, facts, now, groups=added, told=told)
        return {"groups": added, "told": told}

    return acts.once(act, by.pk, work)


def let_in(
    row: Assignment, facts: Facts, groups: Iterable[str], *, by: Person | None, now: datetime
) -> tuple[list[str], int]:
    """The same in the caller's transaction, with the assignment locked: the groups that were not in yet, and how many
    people are written to."""
    within = set(Widening.objects.filter(assignment=row, ended_at=None).order_by().values_list("group", flat=True))
    added = [group for group in groups if group not in within]
    made = [Widening(assignment=row, group=group, by=by, at=now) for group in added]
    Widening.objects.bulk_create(made)
    edition = Edition.objects.select_related("course").get(pk=facts.outline.edition_id)
    told = sum(
        mail.queue_many(_invitations(facts, one, helpers(edition, one.group, now)), now=now, kind="peer")
        for one in made
    )
    return added, told


def narrow(*, act: acts.Act, by: Person, facts: Facts, group: str, now: datetime) -> acts.Outcome:
    """Let a group in no more. A copy that somebody of it is assessing goes back to whoever can."""

    def work() -> acts.Outcome:
        row = assignments.locked(facts)
        ended = Widening.objects.filter(assignment=row, group=group, ended_at=None).update(ended_at=now)
        _give_back(row, now)
        log("peer.narrowed", by, facts, now, group=group)
        return {"group": group, "ended": ended}

    return acts.once(act, by.pk, work)


def _give_back(row: Assignment, now: datetime) -> None:
    """The copies that helpers hold who are in no group any more wait for somebody else."""
    edition = Edition.objects.get(pk=row.edition_id)
    held = Review.objects.filter(assignment=row, kind=Review.Kind.HELPER, finished_at=None, returned_at=None)
    for group in Widening.objects.filter(assignment=row, ended_at=None).order_by().values_list("group", flat=True):
        held = held.exclude(reviewer__in=helpers(edition, group, now))
    copies = dict(held.order_by().values_list("pk", "submission_id"))
    Review.objects.filter(pk__in=copies).update(returned_at=now)
    leasing.recount(list(copies.values()), now)


def log(verb: str, by: Person | None, facts: Facts, now: datetime, **details: Any) -> None:
    """A line of the journal about an assignment; `by` nobody where it came by itself."""
    person, edition = by.pk if by else None, facts.outline.edition_id
    journal.log(verb, by=person, about="edition", about_id=edition, at=now, unit=facts.unit.key, **details)


def _invitations(facts: Facts, widening: Widening, people: "QuerySet[Person]") -> Iterator[dict[str, Any]]:
    for person in people.only("pk", "name", "email", "language", "zone").order_by("pk"):
        with translation.override(person.language):
            said = {"title": facts.unit.title, "course": facts.outline.course_title}
            subject = _("Copies of “{title}” wait for your help").format(**said)
            text = _(
                "Some copies of “{title}” ({course}) lack assessments, and the team asks for your help. One takes about"
                " half an hour; you see nobody's name, and nobody sees yours. Take one here when you have the time:"
            ).format(**said)
        yield {
            "person_id": person.pk,
            "address": person.email,
            "key": f"widening:{widening.pk}",
            "language": person.language,
            "zone": person.zone,
            "subject": subject,
            "text": f"{text}\n{settings.SITE_URL}{facts.address}\n",
        }


def draw(*, act: acts.Act, by: Person, facts: Facts, now: datetime) -> acts.Outcome:
    """Draw the copies that the team is to grade, as many as the terms say, and those whose guaranteed reviews did not
    come. Refuses while copies still come in: the random half would not be one."""

    def work() -> acts.Outcome:
        assignments.locked(facts)
        if facts.phase(now) in {"soon", "writing"}:
            raise Refused(_("Copies still come in: draw once the deadline has passed."))
        drawn = draw_now(facts, now)
        log("peer.drawn", by, facts, now, drawn=drawn)
        return {"drawn": drawn}

    return acts.once(act, by.pk, work)


def draw_now(facts: Facts, now: datetime) -> int:
    """The same in the caller's transaction, with the assignment locked: those that are not drawn yet; how many."""
    before: dict[UUID, Any] = dict(StaffTurn.objects.filter(assignment_id=facts.id).values_list("submission_id", "why"))
    drawn = drawing.draw(_candidates(facts, now), before, facts.terms.staff_grades, seed=facts.id)
    StaffTurn.objects.bulk_create(
        [StaffTurn(submission_id=pk, assignment_id=facts.id, why=why, drawn_at=now) for pk, why in drawn]
    )
    return len(drawn)


def _candidates(facts: Facts, now: datetime) -> list[drawing.Candidate]:
    rows = PoolEntry.objects.filter(assignment_id=facts.id, withdrawn=False).order_by("pk")
    helped = facts.calendar.helped
    over = helped is not None and now > helped
    columns = ("pk", "given", "finished", "wanted", "submission__peer_grade__low", "submission__peer_grade__high")
    return [
        drawing.Candidate(
            pk,
            None if low is None else high - low,
            bool(holds),
            over and given >= facts.terms.reviews and finished < wanted,
        )
        for pk, given, finished, wanted, low, high, holds in rows.values_list(
            *columns, "submission__peer_grade__needs_review"
        )
    ]


def turns(assignment: UUID) -> "QuerySet[StaffTurn]":
    """The copies drawn, those that still take part: each with the team's `score` and its `grader`, and what it is worth
    by the `peers`."""
    rows = StaffTurn.objects.filter(assignment_id=assignment, submission__current=True, submission__cancelled_at=None)
    return rows.annotate(
        score=F("submission__grade__score"),
        grader=F("submission__grade__graded_by__name"),
        peers=F("submission__peer_grade__score"),
        low=F("submission__peer_grade__low"),
        high=F("submission__peer_grade__high"),
    )
