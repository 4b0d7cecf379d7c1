"""Flags: anybody points a message out; moderators take it on, give it back, or settle it without doing anything."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.discussion import actions, statements
from preau.discussion import rules_moderation as bounds
from preau.discussion.access import Here
from preau.discussion.models import Flag, Post


def flag(*, act: acts.Act, at: Here, post: Post, reason: str, words: str) -> acts.Outcome:
    """Point a message out to the moderators, who alone read it. Once for each person; refuses one's own, and more than
    `FLAGS_A_DAY`. The flag's id is the act's."""

    def work() -> acts.Outcome:
        if reason not in Flag.Reason.values:
            raise Refused(_("Choose what is wrong with it."))
        actions.LOCKED.first(post.thread_id)
        if post.author_id == at.person.pk:
            raise Refused(_("This message is yours: you can change it, or delete it."))
        if Flag.objects.filter(post=post, person=at.person).exists():
            raise Refused(_("You pointed this message out already: a moderator looks at it."))
        day = Flag.objects.filter(space_id=at.space, person=at.person, raised_at__gt=at.now - timedelta(days=1))
        if day.count() >= bounds.FLAGS_A_DAY:
            raise Refused(_("You pointed out many messages today: thank you. The moderators take over from here."))
        said = texts.clean(words).strip()[: bounds.LONGEST]
        values = {"post": post, "space_id": at.space, "person": at.person, "reason": reason, "words": said}
        row = Flag.objects.create(id=act.id, raised_at=at.now, **values)
        return {"flag": str(row.pk), "post": str(post.pk)}

    return acts.once(act, at.person.pk, work)


def claim(*, act: acts.Act, at: Here, flag: Flag) -> acts.Outcome:
    """Take what was pointed out of a message on, all of it. Refuses what somebody else has, or what is settled."""

    def work() -> acts.Outcome:
        row = _open(flag)
        if row.claimed_by_id not in (None, at.person.pk):
            raise Refused(_("{name} looks at it already.").format(name=_name(row, "claimed_by")))
        if row.claimed_by_id is None:
            _of_post(row).update(claimed_by=at.person, claimed_at=at.now)
            _journal("flag.claimed", at, row)
        return {"flag": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def release(*, act: acts.Act, at: Here, flag: Flag) -> acts.Outcome:
    """Give it back to everybody: whoever has it, or somebody who decides."""

    def work() -> acts.Outcome:
        row = _open(flag)
        if row.claimed_by_id != at.person.pk and not at.rights.decide:
            raise Refused(_("Somebody else has it."))
        _of_post(row).update(claimed_by=None, claimed_at=None)
        _journal("flag.released", at, row)
        return {"flag": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def settle(*, act: acts.Act, at: Here, flag: Flag) -> acts.Outcome:
    """Leave the message as it is: whoever pointed it out is thanked and told. Refuses what is settled already."""

    def work() -> acts.Outcome:
        row = _open(flag)
        flags = list(_of_post(row).select_related("person", "post__thread").order_by("raised_at", "pk"))
        _of_post(row).update(settled_by=at.person, settled_at=at.now)
        statements.thank_flaggers(at, flags, acted=False)
        _journal("flag.settled", at, row, flags=len(flags))
        return {"flag": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def _open(flag: Flag) -> Flag:
    """Under the lock of its thread, still to be settled."""
    actions.LOCKED.first(flag.post.thread_id)
    row = Flag.objects.select_related("post", "claimed_by", "settled_by").get(pk=flag.pk)
    if row.settled_at is not None:
        raise Refused(_("{name} settled it meanwhile.").format(name=_name(row, "settled_by")))
    return row


def _of_post(row: Flag) -> "QuerySet[Flag]":
    return Flag.objects.filter(post_id=row.post_id, settled_at=None)


def _name(row: Flag, who: str) -> str:
    person = getattr(row, who)
    return (person.name if person is not None else "") or _("Somebody of the team")


def _journal(verb: str, at: Here, row: Flag, **details: int) -> None:
    flag: UUID = row.pk
    journal.log(verb, by=at.person.pk, about="post", about_id=row.post_id, at=at.now, flag=str(flag), **details)
