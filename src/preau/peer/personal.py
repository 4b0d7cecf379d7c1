"""A person's drafts, copies, files, reviews and appeals.

Decision: drafts go. The text of a copy goes with them, its size, time and fingerprint stay, so that every receipt stays
true; except a copy that was graded on a track that gives credits: the institution has to be able to show on what it
gave them, so that text, its files and its remark stay, on an enrolment without a name. Reviews that one wrote stay
without a name too: somebody else's grade rests on them.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.peer import documents
from preau.peer.models import (
    Appeal,
    Case,
    Document,
    Draft,
    Flag,
    Grade,
    GradeChange,
    Likeness,
    PeerGrade,
    Print,
    Review,
    Submission,
    Training,
    Wait,
)

COPIES = gettext_noop("Work that you handed in and that was graded for credits, without your name")
COPIES_WHY = gettext_noop("The institution has to be able to show on what it gave credits, as with any exam paper.")
RECEIPTS = gettext_noop("Size, time and fingerprint of the other work that you handed in; texts and files are deleted")
RECEIPTS_WHY = gettext_noop("A receipt that was given must stay true.")
REVIEWS = gettext_noop("Assessments that you wrote of the work of others, without your name")
REVIEWS_WHY = gettext_noop("The grade of the person who received one rests on it.")

GRADES = gettext_noop("What your copies were given by your peers and how it changed, as figures without your name")
GRADES_WHY = gettext_noop("The grades of a class are reckoned together, and each must stay explainable.")


def register() -> None:
    """Called once, when the models are ready."""
    kept = {COPIES: COPIES_WHY, RECEIPTS: RECEIPTS_WHY, REVIEWS: REVIEWS_WHY, GRADES: GRADES_WHY}
    personal_data.register("peer", export, erase, kept)


def export(person: Person) -> personal_data.Tables:
    """Drafts, copies with their files and grades, how these came about and changed, reviews written, those received
    once they were told, appeals; never who is on the other side, nor a result that waits."""
    mine = Q(submission__enrolment__person=person)
    written = Review.objects.filter(reviewer=person)
    told = Review.objects.filter(mine, finished_at__isnull=False, assignment__published_at__isnull=False, hidden=False)
    peers = PeerGrade.objects.filter(mine, published_at__isnull=False)
    review = ("id", "leased_at", "finished_at", "kind", "levels", "comments", "words", "score")
    return {
        "drafts": Draft.objects.filter(enrolment__person=person)
        .order_by("saved_at", "pk")
        .values("enrolment__edition__slug", "unit__key", "text", "help", "ai", "saved_at"),
        "copies": Submission.objects.filter(enrolment__person=person)
        .order_by("submitted_at", "pk")
        .values(
            *("id", "enrolment__edition__slug", "unit__key", "text", "help", "ai", "size"),
            *("fingerprint", "submitted_at", "late"),
        ),
        "files": Document.objects.filter(enrolment__person=person)
        .order_by("added_at", "pk")
        .values("id", "enrolment__edition__slug", "unit__key", "name", "size", "digest", "added_at"),
        "grades": Grade.objects.filter(mine)
        .order_by("graded_at", "pk")
        .values("submission_id", "score", "of", "remark", "graded_at"),
        "peer_grades": peers.order_by("published_at", "pk").values(
            *("submission_id", "score", "low", "high", "method", "model", "lines", "computed_at", "published_at")
        ),
        "grade_changes": GradeChange.objects.filter(submission__in=peers.values("pk"))
        .order_by("at", "pk")
        .values("submission_id", "former", "score", "cause", "reason", "at"),
        "reviews_written": written.order_by("leased_at", "pk").values(*review),
        "reviews_received": told.exclude(reviewer=person).order_by("finished_at", "pk").values(*review),
        "appeals": Appeal.objects.filter(mine)
        .order_by("made_at", "pk")
        .values("submission_id", "text", "made_at", "kept", "answer", "answered_at"),
        "procedures": Case.objects.filter(mine)
        .order_by("opened_at", "pk")
        .values("submission_id", "notice", "opened_at", "reply", "replied_at", "decision", "reason", "decided_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Delete the drafts, empty the texts that no credit rests on, and their files; of their grades the figures stay,
    not the reasons in words."""
    Draft.objects.filter(enrolment__person=person).delete()
    Training.objects.filter(person=person).delete()
    Wait.objects.filter(person=person).delete()
    Flag.objects.filter(review__reviewer=person, of_review=False).update(words="")
    copies = Submission.objects.filter(enrolment__person=person)
    rated = Q(grade__isnull=False) | Q(peer_grade__published_at__isnull=False)
    credited = set(copies.filter(rated, enrolment__track__credits__gt=0).values_list("pk", flat=True))
    others = copies.exclude(pk__in=credited)
    Grade.objects.filter(submission__in=others.values("pk")).update(remark="")
    GradeChange.objects.filter(submission__in=others.values("pk")).update(reason="")
    Appeal.objects.filter(submission__in=others.values("pk")).update(text="")
    Case.objects.filter(submission__in=others.values("pk")).update(reply="")
    Print.objects.filter(submission__in=others.values("pk")).delete()
    pairs = Q(submission__in=others.values("pk")) | Q(other__in=others.values("pk"))
    Likeness.objects.filter(pairs).delete()
    documents.forget(Document.objects.filter(enrolment__person=person).exclude(attached__submission__in=credited))
    emptied = others.update(text="", help="", ai="")
    figures = PeerGrade.objects.filter(submission__in=others.values("pk")).exists()
    wrote = Review.objects.filter(reviewer=person).exists()
    return {
        **({COPIES: COPIES_WHY} if credited else {}),
        **({RECEIPTS: RECEIPTS_WHY} if emptied else {}),
        **({REVIEWS: REVIEWS_WHY} if wrote else {}),
        **({GRADES: GRADES_WHY} if figures else {}),
    }
