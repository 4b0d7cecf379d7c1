"""What anybody does in a thread: ask, reply, edit, delete, restore, thank, mark as revealing, accept, read.

Locks: the thread first, then its posts. What a thread counts is counted from its posts (`settle`), so that twice is as
once; what a person gave is counted by the worker (`counting`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from preau.audit import acts
from preau.audit.http import Refused
from preau.common import text as texts
from preau.common.prepared import Change, Prepared, Write
from preau.content.companions import Passage
from preau.discussion import files, rules, spam
from preau.discussion.access import ONE, Here, Opened
from preau.discussion.models import Edit, Follow, Member, Post, ReadMark, Room, Thread, Vote
from preau.mail.attachments import Attachment

State = Post.State
POST = Write(
    Post,
    (
        "id",
        "thread_id",
        "number",
        "author_id",
        "text",
        "files",
        "answers_to",
        "at",
        "state",
        "thanks",
        "indexed",
        "told",
    ),
)
GROWN = Change(Thread, ("latest", "latest_at", "replies", "revision", "answered_at"))
LOCKED = Prepared(lambda key: Thread.objects.select_for_update(of=("self",)).filter(pk=key), (ONE,))
LATELY = Prepared(
    lambda person, since: Post.objects.filter(author_id=person, at__gt=since).order_by().values_list("text"),
    (ONE, datetime.fromisoformat("2000-01-01T00:00:00+00:00")),
)


@dataclass(frozen=True)
class Said:
    """What somebody writes. `agrees`: they ticked that they read the house rules; asked once, before a first post."""

    text: str
    attached: Sequence[Attachment] = ()
    answers_to: int | None = None
    agrees: bool = False


@dataclass(frozen=True)
class Opening:
    """Where and how a thread begins: `unit`, `moment` and `passage` anchor it, `version` is what its author saw."""

    room: Room
    title: str
    kind: str
    language: str
    unit: UUID | None = None
    moment: int | None = None
    version: UUID | None = None
    passage: Passage | None = None


def ask(*, act: acts.Act, at: Here, opening: Opening, said: Said) -> acts.Outcome:
    """Open a thread, which its author follows. Refuses a room that is read only, an empty title or text, and whoever
    may not write, writes too often, or did not read the house rules."""
    return acts.once(act, at.person.pk, lambda: begin(act.id, at, opening, said))


def begin(post: UUID, at: Here, opening: Opening, said: Said) -> acts.Outcome:
    """The work of `ask`, within another act: a thread whose first post has this id."""
    title = texts.one_line(opening.title)
    if not title:
        raise Refused(_("Give your message a title: it is what others find it by."))
    if len(title) > rules.LONGEST_TITLE:
        raise Refused(_("Shorten the title: {most} characters at most.").format(most=rules.LONGEST_TITLE))
    if opening.room.closed or (opening.room.kind == Room.Kind.LIVE and not at.team):
        raise Refused(_("This room is read only."))
    text, state = _judged(at, said)
    thread = Thread.objects.create(
        space_id=at.space,
        room=opening.room,
        kind=opening.kind,
        title=title,
        language=opening.language,
        author=at.person,
        unit_id=opening.unit,
        moment=opening.moment,
        passage=opening.passage.as_json() if opening.passage else None,
        version_id=opening.version,
        made_at=at.now,
        latest_at=at.now,
        hidden=state == State.HELD,
    )
    _write(post, thread.pk, 1, at, text, said, state)
    Follow.objects.create(person=at.person, space_id=at.space, thread=thread, since=at.now)
    ReadMark.objects.create(person=at.person, thread=thread, number=1, at=at.now)
    return {"thread": str(thread.pk), "post": str(post), "held": state == State.HELD}


def reply(*, act: acts.Act, at: Here, opened: Opened, said: Said) -> acts.Outcome:
    """Write below the others. Refuses a thread that is closed or of an earlier edition, and all that `ask` does."""

    def work() -> acts.Outcome:
        if not opened.writable and not (at.team and not opened.carried):
            raise Refused(_("This thread is closed: nobody can reply any more."))
        text, state = _judged(at, said)
        row: Thread = LOCKED.first(opened.thread.pk)
        number, shown = row.latest + 1, state == State.SHOWN
        first = shown and row.answered_at is None and row.author_id != at.person.pk
        answers_to = said.answers_to if said.answers_to and said.answers_to < number else None
        _write(act.id, row.pk, number, at, text, Said(text, said.attached, answers_to), state)
        answered_at, latest_at = at.now if first else row.answered_at, at.now if shown else row.latest_at
        GROWN(row.pk, number, latest_at, row.replies + shown, row.revision + 1, answered_at)
        return {"thread": str(row.pk), "post": str(act.id), "number": number, "held": not shown}

    return acts.once(act, at.person.pk, work)


def _judged(at: Here, said: Said) -> tuple[str, str]:
    """The text as it is kept, and whether it waits for a moderator."""
    text = worded(said.text)
    _may_write(at, text)
    if not at.rules_read and not said.agrees:
        raise Refused(_("Read the house rules first, and say that you did: your text is kept in the page."))
    new = at.given.new(at.now) and not at.team
    day = [row[0] for row in LATELY.rows(at.person.pk, at.now - timedelta(hours=1))]
    if len(day) >= rules.an_hour(new=new, trusted=at.team or at.given.trusted(at.now)):
        raise Refused(_("You wrote many messages within the hour. Wait a little: your text is kept in the page."))
    judged = spam.score(text, new=new, same=day.count(text))
    return text, State.HELD if judged.holds and not at.team else State.SHOWN


def _may_write(at: Here, text: str) -> None:
    """Refuses whoever may not write for now, and more links than a newcomer's message holds."""
    if not at.rights.post:
        raise Refused(
            _("The moderators asked you not to write for a while; their message says why. You can still read.")
        )
    most = rules.links(new=at.given.new(at.now) and not at.team)
    if most is not None and spam.links(text) > most:
        raise Refused(
            _(
                "Your first messages can hold {most} links at most. Take some out, or write the address in words."
            ).format(most=most)
        )


def worded(text: str) -> str:
    """A text as it is kept. Refuses an empty one and one that is too long."""
    found = texts.clean(text).strip()
    if not found:
        raise Refused(_("Your message is empty."))
    if len(found) > rules.LONGEST:
        raise Refused(
            _(
                "Your message is too long: {length} characters, {most} at most. Keep the rest for an attached file."
            ).format(length=len(found), most=rules.LONGEST)
        )
    return found


def _write(post: UUID, thread: UUID, number: int, at: Here, text: str, said: Said, state: str) -> None:
    kept = files.KEPT.keep(post, said.attached) if said.attached else []
    POST(post, thread, number, at.person.pk, text, kept, said.answers_to, at.now, state, 0, False, False)
    if at.member is None or not at.rules_read or at.given.first_at is None:
        member, _made = Member.objects.get_or_create(
            course_id=at.course, person=at.person, defaults={"joined_at": at.now, "digested_at": at.now}
        )
        member.rules_at, member.first_at = member.rules_at or at.now, member.first_at or at.now
        member.save(update_fields=["rules_at", "first_at"])


def edit(*, act: acts.Act, at: Here, post: Post, text: str) -> acts.Outcome:
    """Change what one wrote; what it said before stays to be seen. Refuses a post that a moderator hid, or that is
    deleted, and whoever may not write."""

    def work() -> acts.Outcome:
        said = worded(text)
        _may_write(at, said)
        row = _locked(post)
        if row.state in (State.HIDDEN, State.DELETED):
            raise Refused(_("This message is not shown: restore it, or contest its hiding, before you change it."))
        if said != row.text:
            Edit.objects.create(post=row, text=row.text, by=at.person, at=at.now)
            judged = spam.score(said, new=at.given.new(at.now) and not at.team)
            row.state = State.HELD if judged.holds and not at.team else row.state
            row.text, row.edited_at, row.indexed = said, at.now, False
            row.save(update_fields=["text", "edited_at", "indexed", "state"])
            settle(row.thread_id)
        return {"post": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def delete(*, act: acts.Act, at: Here, post: Post) -> acts.Outcome:
    """Take one's own message away; a tap brings it back."""
    return _shift(act, at, post, State.SHOWN, State.DELETED)


def restore(*, act: acts.Act, at: Here, post: Post) -> acts.Outcome:
    """Bring back one's own message that one deleted."""
    return _shift(act, at, post, State.DELETED, State.SHOWN)


def _shift(act: acts.Act, at: Here, post: Post, before: str, after: str) -> acts.Outcome:
    def work() -> acts.Outcome:
        row = _locked(post)
        if row.state not in (before, after):
            raise Refused(_("This message waits for a moderator, or was hidden by one: you cannot do this now."))
        row.state, row.indexed = after, False
        row.save(update_fields=["state", "indexed"])
        settle(row.thread_id)
        return {"post": str(row.pk), "state": after}

    return acts.once(act, at.person.pk, work)


def thank(*, act: acts.Act, at: Here, post: Post, on: bool) -> acts.Outcome:
    """Thank for a message, or take it back; for a question to a live session, a voice. Refuses one's own."""

    def work() -> acts.Outcome:
        row = _locked(post)
        if row.author_id == at.person.pk:
            raise Refused(_("This one is yours: others can thank you for it."))
        if on:
            Vote.objects.bulk_create([Vote(post=row, person=at.person, at=at.now)], ignore_conflicts=True)
        else:
            Vote.objects.filter(post=row, person=at.person).delete()
        row.thanks = Vote.objects.filter(post=row).count()
        row.save(update_fields=["thanks"])
        touch(row.thread_id)
        return {"post": str(row.pk), "thanks": row.thanks, "on": on}

    return acts.once(act, at.person.pk, work)


def reveal(*, act: acts.Act, at: Here, post: Post, on: bool) -> acts.Outcome:
    """Say that a message reveals an answer: it is folded until the deadline. Anybody says so; its author, people who
    are trusted and moderators say that it does not."""

    def work() -> acts.Outcome:
        row = _locked(post)
        if not on and not (at.rights.tend or row.author_id == at.person.pk):
            raise Refused(_("A moderator looks at it: you cannot unfold it yourself."))
        if (row.reveals_at is not None) != on:
            row.reveals_at, row.reveals_by = (at.now, at.person) if on else (None, None)
            row.save(update_fields=["reveals_at", "reveals_by"])
            touch(row.thread_id)
        return {"post": str(row.pk), "reveals": on}

    return acts.once(act, at.person.pk, work)


def accept(*, act: acts.Act, at: Here, post: Post, on: bool) -> acts.Outcome:
    """Choose the answer to a question, by whoever asked it or the team. Refuses what is no answer."""

    def work() -> acts.Outcome:
        thread: Thread = LOCKED.first(post.thread_id)
        row = _locked(post)
        if thread.kind != Thread.Kind.QUESTION or row.number == 1 or row.state != State.SHOWN:
            raise Refused(_("This is not an answer to a question."))
        if not at.team and thread.author_id != at.person.pk:
            raise Refused(_("Whoever asked chooses the answer, or the team."))
        accepted, by, when = (row, at.person, at.now) if on else (None, None, None)
        if on or thread.accepted_id == row.pk:
            Thread.objects.filter(pk=thread.pk).update(
                accepted=accepted, accepted_by=by, accepted_at=when, revision=thread.revision + 1
            )
        return {"thread": str(thread.pk), "accepted": str(row.pk) if on else None}

    return acts.once(act, at.person.pk, work)


READ = Write(
    ReadMark, ("person_id", "thread_id", "number", "at"), key=("person_id", "thread_id"), update=("number", "at")
)


def read(at: Here, opened: Opened, number: int) -> None:
    """Remember up to which post they read. Never goes back."""
    if number > opened.read:
        READ(at.person.pk, opened.thread.pk, number, at.now)


def _locked(post: Post) -> Post:
    """The post, under the lock of its thread."""
    LOCKED.first(post.thread_id)
    return Post.objects.get(pk=post.pk)


def touch(thread: UUID) -> None:
    """How it looks has changed."""
    row: Thread = LOCKED.first(thread)
    Thread.objects.filter(pk=thread).update(revision=row.revision + 1)


def settle(thread: UUID) -> None:
    """Count a thread again from its posts; whoever changes what is shown calls it, in their transaction."""
    row: Thread = LOCKED.first(thread)
    posts = Post.objects.filter(thread_id=thread).order_by("number")
    shown = posts.filter(state=State.SHOWN)
    first = posts.filter(number=1).values_list("state", flat=True).first()
    counts = posts.aggregate(replies=Count("pk", filter=Q(state=State.SHOWN, number__gt=1)))
    others = shown.filter(number__gt=1).exclude(author_id=row.author_id)
    latest = shown.order_by("-number").values_list("at", flat=True).first()
    row.replies = counts["replies"]
    row.answered_at = others.values_list("at", flat=True).first()
    row.latest_at = latest or row.made_at
    row.hidden = first in (State.HELD, State.HIDDEN) or (first == State.DELETED and not row.replies)
    if row.accepted_id and not shown.filter(pk=row.accepted_id).exists():
        row.accepted, row.accepted_by, row.accepted_at = None, None, None
    row.revision += 1
    row.save(
        update_fields=[
            *("replies", "answered_at", "latest_at", "hidden", "revision"),
            *("accepted", "accepted_by", "accepted_at"),
        ]
    )
