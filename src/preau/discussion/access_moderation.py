"""The doors to what moderators work with, within one space. Missing and forbidden are one 404."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.courses.models import Role
from preau.discussion import access
from preau.discussion.access import Here, Opened
from preau.discussion.models import Flag, ModerationAct, Post, Room


def moderators(at: Here) -> None:
    """Whoever moderates the space; else 404."""
    if not at.rights.moderate:
        raise Http404


def post(at: Here, post_id: UUID) -> tuple[Post, Opened]:
    """A post of this space, not one that is shown in it, for its moderators."""
    moderators(at)
    return access.post(at, post_id, write=True)


def tended(at: Here, thread_id: UUID) -> Opened:
    """A thread of this space for those who may retitle and move it."""
    opened = access.thread(at, thread_id)
    if opened.carried or not at.rights.tend:
        raise Http404
    return opened


def flag(at: Here, flag_id: UUID) -> Flag:
    """A flag on a post of this space, for its moderators."""
    moderators(at)
    found = Flag.objects.select_related("post__thread").filter(pk=flag_id, space_id=at.space).first()
    if found is None:
        raise Http404
    return found


def act(at: Here, act_id: UUID, *, own: bool = False, team: bool = False) -> ModerationAct:
    """What a moderator of this space did: for whom it concerns, and for the team; with `own`, for the first alone,
    with `team` for the second."""
    rows = ModerationAct.objects.select_related("post__thread", "person", "by", "answered_by")
    found = rows.filter(pk=act_id, space_id=at.space).first()
    if found is None:
        raise Http404
    mine = found.person_id == at.person.pk and found.person_id is not None
    if not (mine if own else at.team if team else mine or at.team):
        raise Http404
    return found


def contest(at: Here, act_id: UUID) -> ModerationAct:
    """A contested decision for those who decide."""
    if not at.rights.decide:
        raise Http404
    return act(at, act_id, team=True)


def room_to_move(at: Here, key: str) -> Room:
    """A room of this space to which a thread can be moved: no circle, none that is read only; a hidden one for the
    team."""
    row = access.room(at, key)
    if row.kind == Room.Kind.CIRCLE or (row.closed and not at.team):
        raise Http404
    return row


def in_team(person: Person, at: Here) -> bool:
    """Is somebody of the team of this space?"""
    return team(at).filter(person=person).exists()


def team(at: Here) -> "QuerySet[Role]":
    """The roles of the team of this space."""
    return _roles(at).filter(kind__in=courses.TEAM)


def others_decide(at: Here, *but: UUID | None) -> bool:
    """Could somebody else than these people answer a contest here?"""
    rows = _roles(at).filter(kind__in=courses.STAFF, person__is_active=True)
    return rows.exclude(person__in=[one for one in but if one is not None]).exists()


def _roles(at: Here) -> "QuerySet[Role]":
    within = Q(edition_id=at.edition) if at.edition else Q(edition__course_id=at.course)
    scope = Q(edition=None, course=None) | Q(course_id=at.course) | within
    return Role.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at.now), scope)
