"""The doors to an edition's discussions at the desk: its own space and the commons of its course, for its team. Rows of
any other space are a 404."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.desk import access
from preau.desk.access import Desk
from preau.discussion import access as discussion
from preau.discussion import notices
from preau.discussion.access import Here, Opened
from preau.discussion.models import Notice, Post, Space, Thread


@dataclass(frozen=True)
class Table:
    """An edition's discussions as one of its team works on them: `here` its space, `commons` its course's."""

    at: Desk
    here: Here
    commons: Here

    @property
    def base(self) -> str:
        """The address of its first page."""
        return f"/desk/{self.at.edition.slug}/discussion/"

    @property
    def spaces(self) -> tuple[UUID, UUID]:
        return self.here.space, self.commons.space

    def of(self, space: UUID) -> Here:
        """In which of the two a row is."""
        return self.here if space == self.here.space else self.commons


def table(visitor: courses.Visitor, slug: str, *, now: datetime) -> Table:
    """For the team of an edition, moderators and coaches included."""
    at = access.team_desk(visitor, slug, now=now)
    here = discussion.here(at.person, {"edition": slug}, now=now)
    return Table(at, here, discussion.here(at.person, {"course": at.edition.course.slug}, now=now))


def thread(at: Table, thread_id: UUID) -> tuple[Here, Opened]:
    """A thread of the edition or of the commons."""
    space = Thread.objects.filter(pk=thread_id, space__in=at.spaces).values_list("space_id", flat=True).first()
    if space is None:
        raise Http404
    here = at.of(space)
    return here, discussion.thread(here, thread_id)


def post(at: Table, post_id: UUID) -> tuple[Here, Post, Opened]:
    """A message of the edition or of the commons."""
    rows = Post.objects.filter(pk=post_id, thread__space__in=at.spaces)
    space = rows.values_list("thread__space_id", flat=True).first()
    if space is None:
        raise Http404
    here = at.of(space)
    return here, *discussion.post(here, post_id)


def notice(at: Table, notice_id: UUID) -> tuple[Here | None, Notice]:
    """A notice of this edition's queue, with the space of the message to which it leads."""
    row = notices.of_spaces(at.spaces, slug=at.at.edition.slug, decided=True).filter(pk=notice_id).first()
    if row is None:
        raise Http404
    return (at.of(row.post.thread.space_id) if row.post is not None else None), row


def site_notice(visitor: courses.Visitor, notice_id: UUID, *, now: datetime) -> tuple[Person, Here | None, Notice]:
    """Any notice, for whoever runs the site."""
    person = courses.administrator(visitor, now=now)
    row = notices.everywhere(decided=True).filter(pk=notice_id).first()
    if row is None:
        raise Http404
    return person, (_space(person, row.post.thread.space, now) if row.post is not None else None), row


def _space(person: Person, space: Space, now: datetime) -> Here:
    where = {"edition": space.edition.slug} if space.edition else {"course": space.course.slug}
    return discussion.here(person, where, now=now)
