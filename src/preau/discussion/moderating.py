"""What keeps the discussions kind: hide, restore, release, warn, mute, ban, lift; and fold, a small right of people
whom the course trusts, as those of `tending`. Each is an act, a line of the journal and a `ModerationAct` with what an
undo needs, and whom it concerns is told why (`statements`). A thread is locked first, then its posts.

Whoever comes second is told what the first did. Nothing here crosses a space: its rows come through
`access_moderation`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.discussion import access_moderation as doors
from preau.discussion import actions, people, rules, statements
from preau.discussion import rules_moderation as bounds
from preau.discussion import words_moderation as words
from preau.discussion.access import Here
from preau.discussion.models import Flag, Member, ModerationAct, Post, Thread

What, State = ModerationAct.What, Post.State
JOURNAL = {
    What.HIDE: "post.hidden",
    What.RESTORE: "post.restored",
    What.RELEASE: "post.released",
    What.FOLD: "post.folded",
    What.WARN: "member.warned",
    What.MUTE: "member.muted",
    What.BAN: "member.banned",
    What.LIFT: "member.lifted",
    What.RETITLE: "thread.retitled",
    What.MOVE: "thread.moved",
    What.CLOSE: "thread.closed",
    What.REOPEN: "thread.reopened",
}


@dataclass(frozen=True)
class Why:
    """Why somebody acts: the house rule (a key of `rules.HOUSE`), their words to whom it concerns, and what began it
    (a key of `words_moderation.GROUNDS`; "" : flags when there are some, else the moderator)."""

    rule: str = ""
    words: str = ""
    ground: str = ""

    def data(self) -> dict[str, str]:
        """As the payload of an act."""
        return {"rule": self.rule, "words": self.words}


def reasoned(why: Why) -> Why:
    """Refuses what could not be told to whom it concerns: without a rule or without words."""
    said = texts.clean(why.words).strip()[: bounds.LONGEST]
    if why.rule not in rules.HOUSE:
        raise Refused(_("Choose the house rule that is meant: the author is told which one."))
    if not said:
        raise Refused(_("Say why in a sentence or two: the author reads it."))
    return Why(why.rule, said, why.ground)


@dataclass(frozen=True)
class Done:
    """What was done to what, for its row. `before` is what an undo needs."""

    what: ModerationAct.What
    post: Post | None
    before: dict[str, Any]
    person: Person | None = None
    until: datetime | None = None


def hide(*, act: acts.Act, at: Here, post: Post, why: Why) -> acts.Outcome:
    """Take a message out of sight: its author and the team still read it. Refuses without a rule and a reason, and
    what another moderator hid meanwhile."""

    def work() -> ModerationAct:
        given = reasoned(why)
        row = locked(post)
        if row.state == State.HIDDEN:
            raise Refused(meanwhile(row))
        before = turned(row, State.HIDDEN)
        return recorded(act.id, at, Done(What.HIDE, row, before, row.author), given)

    return _once(act, at, work)


def restore(*, act: acts.Act, at: Here, post: Post, why: Why) -> acts.Outcome:
    """Show again what was hidden. Refuses what is not hidden any more."""

    def work() -> ModerationAct:
        row = locked(post)
        if row.state != State.HIDDEN:
            raise Refused(meanwhile(row))
        return recorded(act.id, at, Done(What.RESTORE, row, turned(row, State.SHOWN), row.author), spoken(why))

    return _once(act, at, work)


def release(*, act: acts.Act, at: Here, post: Post, why: Why) -> acts.Outcome:
    """Show what waited for a moderator. Refuses what does not wait any more."""

    def work() -> ModerationAct:
        row = locked(post)
        if row.state != State.HELD:
            raise Refused(meanwhile(row))
        return recorded(act.id, at, Done(What.RELEASE, row, turned(row, State.SHOWN), row.author), spoken(why))

    return _once(act, at, work)


def fold(*, act: acts.Act, at: Here, post: Post) -> acts.Outcome:
    """Set a message aside as advertising until a moderator looks: by people whom the course trusts. Refuses one's own,
    the team's, what a moderator looked at already, and more than `FOLDS_A_DAY`."""

    def work() -> ModerationAct:
        row = locked(post)
        if not at.rights.tend or row.author_id == at.person.pk:
            raise Refused(_("This is not yours to set aside."))
        if row.state != State.SHOWN:
            raise Refused(meanwhile(row))
        if row.author is not None and doors.in_team(row.author, at):
            raise Refused(_("This message is the team's: point it out to the moderators instead."))
        if row.moderation.filter(what__in=(What.RELEASE, What.RESTORE)).exists():
            raise Refused(_("A moderator looked at this message and shows it: point it out to them instead."))
        day = ModerationAct.objects.filter(by=at.person, what=What.FOLD, at__gt=at.now - timedelta(days=1))
        if day.count() >= bounds.FOLDS_A_DAY and not at.rights.moderate:
            raise Refused(_("You set many messages aside today: thank you. The moderators take over from here."))
        done = Done(What.FOLD, row, turned(row, State.HELD), row.author)
        return recorded(act.id, at, done, Why("ads", ground="own" if at.team else "trusted"))

    return _once(act, at, work)


def warn(*, act: acts.Act, at: Here, post: Post, why: Why) -> acts.Outcome:
    """Tell the author of a message what to change. Refuses without a rule and a reason, oneself and the team."""

    def work() -> ModerationAct:
        given, row = reasoned(why), locked(post)
        return recorded(act.id, at, Done(What.WARN, row, {}, concerned(at, row)), given)

    return _once(act, at, work)


def mute(*, act: acts.Act, at: Here, post: Post, why: Why, days: int) -> acts.Outcome:
    """Its author does not write for some days, in all the discussions of the course. Refuses oneself, the team, another
    number of days than `DAYS`, and whoever is silenced for as long already."""

    def work() -> ModerationAct:
        given, row = reasoned(why), locked(post)
        person = concerned(at, row)
        if days not in bounds.DAYS:
            raise Refused(_("Choose for how many days."))
        until = at.now + timedelta(days=days)
        member = the_member(at, person)
        if member.banned_at is not None or (member.muted_until is not None and member.muted_until >= until):
            raise Refused(_first(_about(person, at)))
        before = silenced(member, muted_until=until, banned_at=None)
        return recorded(act.id, at, Done(What.MUTE, row, before, person, until), given)

    return _once(act, at, work)


def ban(*, act: acts.Act, at: Here, post: Post, why: Why) -> acts.Outcome:
    """Its author writes no more in the discussions of the course. Only by those who decide."""

    def work() -> ModerationAct:
        given, row = reasoned(why), locked(post)
        person = concerned(at, row)
        if not at.rights.decide:
            raise Refused(_("A moderator cannot do this alone: ask those who decide, on the desk."))
        member = the_member(at, person)
        if member.banned_at is not None:
            raise Refused(_first(_about(person, at)))
        before = silenced(member, muted_until=member.muted_until, banned_at=at.now)
        return recorded(act.id, at, Done(What.BAN, row, before, person), given)

    return _once(act, at, work)


def lift(*, act: acts.Act, at: Here, post: Post, why: Why) -> acts.Outcome:
    """Its author may write again. A ban is lifted by those who decide."""

    def work() -> ModerationAct:
        row = locked(post)
        person = concerned(at, row)
        member = the_member(at, person)
        if member.banned_at is not None and not at.rights.decide:
            raise Refused(_("A moderator cannot do this alone: ask those who decide, on the desk."))
        if member.banned_at is None and (member.muted_until is None or member.muted_until <= at.now):
            raise Refused(_("They may write already."))
        before = silenced(member, muted_until=None, banned_at=None)
        return recorded(act.id, at, Done(What.LIFT, row, before, person), spoken(why))

    return _once(act, at, work)


def _once(act: acts.Act, at: Here, work: Callable[[], ModerationAct]) -> acts.Outcome:
    def kept() -> acts.Outcome:
        row = work()
        return {"act": str(row.pk), "what": row.what, "post": str(row.post_id) if row.post_id else None}

    return acts.once(act, at.person.pk, kept)


def locked(post: Post) -> Post:
    """The post with its thread and author, under the thread's lock."""
    actions.LOCKED.first(post.thread_id)
    return Post.objects.select_related("thread", "author").get(pk=post.pk)


def concerned(at: Here, row: Post) -> Person:
    """The author of a message, whom something is asked of. Refuses oneself, the team, and who left."""
    if row.author is None:
        raise Refused(_("Its author has no account any more."))
    if row.author_id == at.person.pk:
        raise Refused(_("This message is yours."))
    if doors.in_team(row.author, at):
        raise Refused(_("Its author is of the team: talk with those who gave them their role."))
    return row.author


def the_member(at: Here, person: Person) -> Member:
    """Their row in the course, locked."""
    row = people.member_of(person, at.course, now=at.now)
    return Member.objects.select_for_update(of=("self",)).get(pk=row.pk)


def silenced(member: Member, *, muted_until: datetime | None, banned_at: datetime | None) -> dict[str, Any]:
    """Change until when somebody does not write; returns what it was."""
    before = {name: _iso(getattr(member, name)) for name in ("muted_until", "banned_at")}
    member.muted_until, member.banned_at = muted_until, banned_at
    member.save(update_fields=["muted_until", "banned_at"])
    return before


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def turned(row: Post, state: str) -> dict[str, Any]:
    """Change whether a message is shown, and all that follows; returns what it was. A chosen answer that nobody sees
    is chosen no more, and comes back as it was."""
    before: dict[str, Any] = {"state": row.state}
    if row.state == State.HELD:
        before["automated"] = not row.moderation.filter(what=What.FOLD).exists()
    thread = Thread.objects.filter(pk=row.thread_id)
    if state != State.SHOWN and thread.filter(accepted=row).update(accepted=None):
        before["accepted"] = True
    if state == State.SHOWN and _was_the_answer(row):
        thread.filter(accepted=None).update(accepted=row)
    row.state, row.indexed = state, False
    row.save(update_fields=["state", "indexed"])
    actions.settle(row.thread_id)
    return before


def _was_the_answer(row: Post) -> bool:
    latest = row.moderation.filter(what__in=(What.HIDE, What.FOLD)).order_by("-at").first()
    return bool(latest is not None and latest.before.get("accepted"))


def spoken(why: Why) -> Why:
    """Words that may be empty."""
    return Why(
        why.rule if why.rule in rules.HOUSE else "", texts.clean(why.words).strip()[: bounds.LONGEST], why.ground
    )


def recorded(act: UUID, at: Here, done: Done, why: Why, *, tell: bool = True) -> ModerationAct:
    """Write what was done, settle the flags on the post with it, and tell whom it concerns."""
    flags = _settled(at, done)
    ground = why.ground or ("flags" if flags else "own")
    row = ModerationAct.objects.create(
        id=act,
        space_id=at.space,
        what=done.what,
        post=done.post,
        person=done.person,
        by=at.person,
        at=at.now,
        rule=why.rule,
        statement=why.words,
        before={**done.before, "ground": ground},
        until=done.until,
    )
    Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(act=row)
    _journal(at, row)
    if tell and done.person is not None and done.person.pk != at.person.pk:
        statements.tell(at, row)
    return row


def _journal(at: Here, row: ModerationAct) -> None:
    """About the person when it is they who were warned or silenced, else about the message."""
    of_person = row.what in (What.WARN, What.MUTE, What.BAN, What.LIFT)
    journal.log(
        JOURNAL[What(row.what)],
        by=at.person.pk,
        about="member" if of_person else "post",
        about_id=row.person_id if of_person else row.post_id,
        at=at.now,
        act=str(row.pk),
        rule=row.rule,
        post=str(row.post_id or ""),
    )


def _settled(at: Here, done: Done) -> list[Flag]:
    """The open flags on a post, which what was done to it settles; not by what tends a thread, nor by a fold."""
    if done.post is None or done.what in (What.RETITLE, What.FOLD, What.CLOSE, What.REOPEN):
        return []
    rows = Flag.objects.select_for_update(of=("self",)).filter(post=done.post, settled_at=None)
    flags = list(rows.select_related("person", "post__thread").order_by("raised_at", "pk"))
    Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(settled_at=at.now, settled_by=at.person)
    statements.thank_flaggers(at, flags, acted=done.what not in (What.RESTORE, What.RELEASE, What.LIFT))
    return flags


def meanwhile(row: Post) -> str:
    """What was done to a message last, for whoever comes second."""
    return _first(row.moderation.select_related("by").order_by("-at", "-pk").first())


def _about(person: Person, at: Here) -> ModerationAct | None:
    rows = ModerationAct.objects.filter(space__course_id=at.course, person=person, what__in=(What.MUTE, What.BAN))
    return rows.select_related("by").order_by("-at", "-pk").first()


def _first(latest: ModerationAct | None) -> str:
    if latest is None:
        return _("This message changed meanwhile. Look at it again: nothing was done.")
    name = latest.by.name if latest.by is not None else ""
    return _("{name} was here first: “{what}”. Nothing was done twice.").format(
        name=name or _("Somebody of the team"), what=words.said(words.DONE, latest.what)
    )
