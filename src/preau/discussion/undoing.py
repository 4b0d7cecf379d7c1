"""Take a moderation act back: what it did is undone, with an act of its own that says which one it undoes. Refuses what
is not any more as that act left it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.discussion import actions, moderating, tending
from preau.discussion.access import Here
from preau.discussion.models import ModerationAct, Post, Room, Thread
from preau.discussion.moderating import Done, Why

What, State = ModerationAct.What, Post.State
LEFT = {What.HIDE: State.HIDDEN, What.RESTORE: State.SHOWN, What.RELEASE: State.SHOWN, What.FOLD: State.HELD}
BACK = {State.HIDDEN: What.HIDE, State.SHOWN: What.RESTORE, State.HELD: What.FOLD}


def undo(*, act: acts.Act, at: Here, row: ModerationAct, why: Why) -> acts.Outcome:
    """Take it back. A ban, and what was contested, only by those who decide."""

    def work() -> acts.Outcome:
        if row.what == What.BAN and not at.rights.decide:
            raise Refused(_("A moderator cannot do this alone: ask those who decide, on the desk."))
        if row.contested_at is not None and row.answered_at is None:
            raise Refused(_("It is contested: answer the contest instead."))
        done = undone(act.id, at, row, Why(row.rule, why.words, "undo"))
        return {"act": str(done.pk), "undoes": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def undone(act: UUID, at: Here, row: ModerationAct, why: Why, *, tell: bool = True) -> ModerationAct:
    """The same in somebody's transaction: the new row."""
    post = moderating.locked(row.post) if row.post is not None else None
    if undone_by(row) is not None:
        raise Refused(_("It was taken back already."))
    if row.what in OF_PEOPLE:
        done = OF_PEOPLE[What(row.what)](at, row, post)
    elif post is None:
        raise Refused(_("The message is gone: there is nothing to take back."))
    else:
        done = OF_MESSAGES[What(row.what)](at, row, post)
    done = replace(done, before={**done.before, "undoes": str(row.pk)})
    return moderating.recorded(act, at, done, moderating.spoken(why), tell=tell)


def undone_by(row: ModerationAct) -> ModerationAct | None:
    """What took it back, if anything did."""
    same = {"post_id": row.post_id} if row.post_id else {"person_id": row.person_id}
    return ModerationAct.objects.filter(space_id=row.space_id, before__undoes=str(row.pk), **same).first()


def _message(at: Here, row: ModerationAct, post: Post) -> Done:
    if post.state != LEFT[What(row.what)]:
        raise Refused(moderating.meanwhile(post))
    state = State(row.before["state"])
    what = What.RELEASE if row.what == What.FOLD else BACK.get(state, What.RESTORE)
    return Done(what, post, moderating.turned(post, state), post.author)


def _warning(at: Here, row: ModerationAct, post: Post | None) -> Done:
    return Done(What.LIFT, post, {}, row.person)


def _silence(at: Here, row: ModerationAct, post: Post | None) -> Done:
    """A mute or a ban lifted; who was silenced for longer before stays so."""
    person = _person(row)
    member = moderating.the_member(at, person)
    stands = member.banned_at is not None if row.what == What.BAN else member.muted_until == row.until
    if not stands:
        raise Refused(_("It was lifted or changed meanwhile."))
    was = {name: _time(row.before.get(name)) for name in ("muted_until", "banned_at")}
    return Done(What.LIFT, post, moderating.silenced(member, **was), person)


def _lifted(at: Here, row: ModerationAct, post: Post | None) -> Done:
    """A lift taken back: what it lifted holds again."""
    person = _person(row)
    muted, banned = _time(row.before.get("muted_until")), _time(row.before.get("banned_at"))
    if banned is not None and not at.rights.decide:
        raise Refused(_("A moderator cannot do this alone: ask those who decide, on the desk."))
    if banned is None and (muted is None or muted <= at.now):
        raise Refused(_("It would have ended by now: there is nothing to take back."))
    before = moderating.silenced(moderating.the_member(at, person), muted_until=muted, banned_at=banned)
    return Done(What.BAN if banned else What.MUTE, post, before, person, None if banned else muted)


def _title(at: Here, row: ModerationAct, post: Post) -> Done:
    thread = _thread(post)
    title = tending.titled(thread, row.before["title"])
    return Done(What.RETITLE, post, tending.retitled(thread, post, title), post.author)


def _room(at: Here, row: ModerationAct, post: Post) -> Done:
    room = Room.objects.filter(pk=row.before["room"], space_id=at.space).first()
    if room is None:
        raise Refused(_("Its room is gone."))
    return Done(What.MOVE, post, tending.moved(_thread(post), room), post.author)


def _closing(at: Here, row: ModerationAct, post: Post) -> Done:
    thread, on = _thread(post), bool(row.before["closed"])
    if thread.closed == on:
        raise Refused(_("Somebody was here first: it is so already."))
    return Done(What.CLOSE if on else What.REOPEN, post, tending.closed(thread, on), post.author)


OF_MESSAGES: Mapping[ModerationAct.What, Callable[[Here, ModerationAct, Post], Done]] = {
    **dict.fromkeys(LEFT, _message),
    What.RETITLE: _title,
    What.MOVE: _room,
    What.CLOSE: _closing,
    What.REOPEN: _closing,
}
OF_PEOPLE: Mapping[ModerationAct.What, Callable[[Here, ModerationAct, Post | None], Done]] = {
    What.WARN: _warning,
    What.MUTE: _silence,
    What.BAN: _silence,
    What.LIFT: _lifted,
}


def _thread(post: Post) -> Thread:
    row: Thread = actions.LOCKED.first(post.thread_id)
    return row


def _person(row: ModerationAct) -> Person:
    if row.person is None:
        raise Refused(_("They have no account any more."))
    return row.person


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
