"""What the discussions hold of a person, handed over and erased.

Decision: what somebody wrote for others stays, without their name: others answered it and learn from it, and a thread
with holes helps nobody. Whoever wants a message gone deletes it first, or asks the moderators, who hide it; so the page
of the erasure says. What they told of themself goes: introductions with their titles, files and earlier wordings,
the profile, the circle. Thank-yous, what they follow and up to where they read go too, and what they thanked is counted
again. Messages of others that mention them stay: they are others' words. What moderators decided stays without their
name, so that it can be checked (Regulation (EU) 2022/2065); the words in which they contested it, or flagged others,
go."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.discussion import actions, files
from preau.discussion.models import (
    Circle,
    CircleMember,
    Edit,
    Flag,
    Follow,
    Member,
    ModerationAct,
    Notice,
    Post,
    ReadMark,
    Room,
    Thread,
    Vote,
)

POSTS = gettext_noop("What you wrote in the discussions, without your name; introductions are deleted")
POSTS_WHY = gettext_noop("Others answered it and learn from it. Delete first the messages that you want to disappear.")
DECISIONS = gettext_noop("What moderators decided about your messages, without your name")
DECISIONS_WHY = gettext_noop("The law asks that such decisions can be checked.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("discussion", export, erase, {POSTS: POSTS_WHY, DECISIONS: DECISIONS_WHY})


def export(person: Person) -> personal_data.Tables:
    """Everything that they wrote, said of themself, thanked, followed, read and flagged; what moderators decided about
    it and why. Never who flagged them."""
    return {**_written(person), **_of_themself(person), **_moderation(person)}


def _written(person: Person) -> personal_data.Tables:
    place = ("thread__space__course__slug", "thread__space__edition__slug", "thread__room__key", "thread_id")
    return {
        "threads": Thread.objects.filter(author=person)
        .order_by("made_at", "pk")
        .values("id", "title", "kind", "language", "unit__key", "moment", "passage", "made_at", "accepted_id"),
        "posts": Post.objects.filter(author=person)
        .order_by("at", "pk")
        .values(
            *("id", *place, "number", "text", "files", "answers_to", "at", "edited_at", "state", "reveals_at"),
            *("thanks", "minute"),
        ),
        "edits": Edit.objects.filter(Q(by=person) | Q(post__author=person))
        .order_by("at", "pk")
        .values("post_id", "text", "at"),
        "marked_as_revealing": Post.objects.filter(reveals_by=person).order_by("reveals_at", "pk").values("id", "at"),
    }


def _of_themself(person: Person) -> personal_data.Tables:
    shown = ("name", "country", "field", "job", "why", "languages")
    given = ("joined_at", "rules_at", "first_at", "posts", "thanked", "accepted", "trusted_at")
    return {
        "profiles": Member.objects.filter(person=person)
        .order_by("joined_at", "pk")
        .values("id", "course__slug", *shown, *given, "muted_until", "banned_at", "digested_at"),
        "circles": CircleMember.objects.filter(person=person)
        .order_by("joined_at", "pk")
        .values("circle__room__key", "space__edition__slug", "joined_at", "introduced_id", "greeted_at"),
        "hosted": Circle.objects.filter(host=person).order_by("pk").values("room__key", "room__space__edition__slug"),
        "thanks": Vote.objects.filter(person=person).order_by("at", "post_id").values("post_id", "at"),
        "follows": Follow.objects.filter(person=person)
        .order_by("since", "pk")
        .values("thread_id", "room__key", "unit__key", "muted", "since"),
        "read": ReadMark.objects.filter(person=person).order_by("at", "thread_id").values("thread_id", "number", "at"),
    }


def _moderation(person: Person) -> personal_data.Tables:
    decision = ("id", "what", "post_id", "at", "rule", "statement", "until")
    contest = ("contested_at", "contest", "answered_at", "answer", "upheld")
    return {
        "flags_raised": Flag.objects.filter(person=person)
        .order_by("raised_at", "pk")
        .values("post_id", "reason", "words", "raised_at", "settled_at"),
        "decisions": ModerationAct.objects.filter(person=person).order_by("at", "pk").values(*decision, *contest),
        "decided": ModerationAct.objects.filter(by=person).order_by("at", "pk").values(*decision),
        "notices": Notice.objects.filter(email__iexact=person.email)
        .order_by("received_at", "pk")
        .values("id", "address", "name", "email", "reason", "received_at", "decided_at", "decision"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Take their name off what they wrote, and delete the rest."""
    touched = set(Thread.objects.filter(author=person).values_list("pk", flat=True))
    touched |= set(Post.objects.filter(author=person).values_list("thread_id", flat=True))
    touched |= _unthanked(person)
    for key in sorted(touched):
        actions.LOCKED.first(key)  # threads first, in one order, as whoever writes in several does
    gone = _introductions(person)
    wrote = Post.objects.filter(author=person).exclude(pk__in=gone).exists()
    Edit.objects.filter(Q(by=person) | Q(post__author=person)).delete()
    Post.objects.filter(author=person).update(author=None)
    Post.objects.filter(reveals_by=person).update(reveals_by=None)
    Thread.objects.filter(author=person).update(author=None)
    Thread.objects.filter(accepted_by=person).update(accepted_by=None)
    for key in sorted(touched):
        actions.settle(key)
    _forget(person)
    decided = _moderated(person)
    return {**({POSTS: POSTS_WHY} if wrote else {}), **({DECISIONS: DECISIONS_WHY} if decided else {})}


def _unthanked(person: Person) -> set[UUID]:
    """Take back their thank-yous; the threads that they were given in."""
    posts = dict(Post.objects.filter(votes__person=person).values_list("pk", "thread_id"))
    Vote.objects.filter(person=person).delete()
    Post.objects.filter(pk__in=posts).update(thanks=F("thanks") - 1)
    return set(posts.values())


def _introductions(person: Person) -> set[UUID]:
    """Empty what they wrote to introduce themself; the answers of others stay."""
    circles = CircleMember.objects.filter(person=person, introduced__isnull=False).values_list("introduced", flat=True)
    rooms = Post.objects.filter(author=person, number=1, thread__room__kind=Room.Kind.INTRODUCTIONS)
    found = Post.objects.select_related("thread").filter(Q(pk__in=circles) | Q(pk__in=rooms.values("pk")))
    for post in found:
        files.KEPT.delete(post.pk, post.files)
        with translation.override(post.thread.language):
            title = _("An introduction")
        Thread.objects.filter(pk=post.thread_id).update(title=title)
        Post.objects.filter(pk=post.pk).update(text="", files=[], state=Post.State.DELETED, indexed=False)
    return {post.pk for post in found}


def _forget(person: Person) -> None:
    within = list(CircleMember.objects.filter(person=person).values_list("circle", flat=True))
    CircleMember.objects.filter(person=person).delete()
    Circle.objects.filter(pk__in=within).update(size=F("size") - 1)
    Circle.objects.filter(host=person).update(host=None)
    Follow.objects.filter(person=person).delete()
    ReadMark.objects.filter(person=person).delete()
    Member.objects.filter(person=person).delete()


def _moderated(person: Person) -> bool:
    """Take their name off what was decided about them and off what they pointed out; was anything decided?"""
    Flag.objects.filter(person=person).update(person=None, words="")
    Notice.objects.filter(email__iexact=person.email).update(name="", email="")
    rows = ModerationAct.objects.filter(person=person)
    return bool(rows.update(person=None, contest=""))
