"""What the pages of moderation show. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from preau.discussion import access_moderation, reading, rules_moderation, spam, statements, undoing, words
from preau.discussion import words_moderation as said
from preau.discussion.access import Here, Opened
from preau.discussion.models import Flag, Member, ModerationAct, Post, Room

What, State = ModerationAct.What, Post.State


@dataclass(frozen=True)
class Line:
    """A moderation act in a list; `by` for the team only."""

    act: ModerationAct
    what: str
    rule: str
    by: str


def line(row: ModerationAct, *, team: bool) -> Line:
    """In words."""
    by = (row.by.name if row.by is not None else "") or "–"
    return Line(row, said.said(said.DONE, row.what), said.said(said.RULES, row.rule), by if team else "")


def of_post(at: Here, row: Post, opened: Opened) -> dict[str, Any]:
    """What the page of a post says of moderation: decisions about it, and what the reader may do."""
    mine = row.author_id == at.person.pk
    sees = at.team or mine
    acts = row.moderation.select_related("by").order_by("-at") if sees else ModerationAct.objects.none()
    flagged = Flag.objects.filter(post=row, person=at.person).exists() if not mine else False
    here = not opened.carried
    return {
        "decisions": [line(act, team=at.team) for act in acts],
        "flagged": flagged,
        "may_flag": here and not mine and not flagged and row.state == State.SHOWN,
        "may_moderate": here and at.rights.moderate,
        "may_fold": here and at.rights.tend and not at.rights.moderate and not mine and row.state == State.SHOWN,
        "may_tend": here and at.rights.tend,
    }


def choices(at: Here, row: Post, member: Member | None) -> list[tuple[str, str]]:
    """What a moderator can do with a message as it is now."""
    silenced = member is not None and (
        member.banned_at is not None or (member.muted_until is not None and member.muted_until > at.now)
    )
    others = row.author_id is not None and row.author_id != at.person.pk
    every = [
        ("release", _("Show it: nothing is wrong with it"), row.state == State.HELD),
        ("restore", _("Show it again"), row.state == State.HIDDEN),
        ("hide", _("Hide it"), row.state != State.HIDDEN),
        ("warn", _("Warn its author"), others),
        ("mute", _("Its author does not write for some days"), others),
        ("ban", _("Its author writes no more in this course"), others and at.rights.decide),
        ("lift", _("Its author may write again"), others and silenced),
    ]
    return [(key, name) for key, name, may in every if may]


def held_for(row: Post, *, folded: bool) -> list[str]:
    """Why the rule against advertising holds a message back, weightiest first; nothing for what it does not hold, or
    what somebody set aside."""
    if row.state != State.HELD or folded:
        return []
    found = spam.score(row.text, new=True)
    if not found.holds:
        return [said.said(said.SPAM, "repeated")]
    return [said.said(said.SPAM, key) for key, _points in sorted(found.reasons, key=lambda one: -one[1])]


def desk_of(at: Here, row: Post, opened: Opened, language: str) -> dict[str, Any]:
    """All that a moderator needs to decide about a message."""
    member = Member.objects.filter(course_id=at.course, person_id=row.author_id).first() if row.author_id else None
    about = ModerationAct.objects.filter(space__course_id=at.course, person=row.author).select_related("by")
    decisions = [line(act, team=True) for act in row.moderation.select_related("by").order_by("-at")]
    flags = Flag.objects.filter(post=row).select_related("person", "claimed_by", "settled_by").order_by("raised_at")
    posted = reading.card(at, row, opened, language)["posted"]
    return {
        "html": replace(posted, acts=False).html(words=True, base=at.address),
        "row": row,
        "thread": opened.thread,
        "member": member,
        "flags": [(flag, said.said(said.REASONS, flag.reason)) for flag in flags],
        "decisions": decisions,
        "held_for": held_for(row, folded=bool(decisions) and decisions[0].act.what == What.FOLD),
        "record": [line(act, team=True) for act in about.exclude(post=row).order_by("-at")[:10]]
        if row.author_id
        else [],
        "choices": choices(at, row, member),
    }


def rooms(at: Here, opened: Opened, language: str) -> list[tuple[str, str]]:
    """The rooms of a space to which a thread can go, named; its own is among them."""
    titles = reading.modules(reading.outline(at, language))
    rows = Room.objects.filter(space_id=at.space).exclude(kind__in=(Room.Kind.CIRCLE, Room.Kind.LIVE))
    shown = [row for row in rows.order_by("position", "key") if at.team or not (row.hidden or row.closed)]
    if opened.thread.room.kind in (Room.Kind.CIRCLE, Room.Kind.LIVE):
        shown = [opened.thread.room]
    return [(row.key, words.room(row, language, titles)) for row in shown]


def decision(at: Here, row: ModerationAct) -> Mapping[str, Any]:
    """The page of a moderation act, for whom it concerns or for the team."""
    mine = row.person_id == at.person.pk
    later = undoing.undone_by(row)
    contestable = rules_moderation.contestable(row.what, row.at, at.now)
    return {
        "act": row,
        "mine": mine,
        "what": said.said(said.DONE, row.what),
        "told": statements.what(row, row.person or at.person),
        "rule": said.said(said.RULES, row.rule),
        "ground": statements.ground(row),
        "by": line(row, team=at.team).by,
        "later": later,
        "until": rules_moderation.contest_until(row.at),
        "may_contest": mine and contestable and row.contested_at is None and later is None,
        "may_answer": _may_answer(at, row) and not mine,
        "may_undo": at.rights.moderate and not mine and later is None and row.contested_at is None,
        "zone": at.person.zone_info,
    }


def _may_answer(at: Here, row: ModerationAct) -> bool:
    """Is it contested, and this person's to answer? Not whoever decided while somebody else can."""
    if not at.rights.decide or row.contested_at is None or row.answered_at is not None:
        return False
    return row.by_id != at.person.pk or not access_moderation.others_decide(at, row.by_id, row.person_id)


def latest(at: Here, spaces: Sequence[Any], most: int) -> Iterable[Line]:
    """What moderators of these spaces did last."""
    rows = ModerationAct.objects.filter(space__in=spaces).select_related("by", "post__thread", "person")
    return [line(row, team=True) for row in rows.order_by("-at")[:most]]
