"""The doors of the desk to the public site: who writes its news and its newsletter. Any other is a 404."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.courses.models import Course
from preau.desk import access
from preau.news.models import Article, Mailing, Partner, Testimonial


@dataclass(frozen=True)
class Editor:
    """Who writes for the public: for the site whole (`administers`), or for the courses that they teach whole."""

    person: Person
    administers: bool
    courses: tuple[Course, ...]

    def may(self, course_id: UUID | None) -> bool:
        """May they write about this course; about the site, for None?"""
        return self.administers or any(course.pk == course_id for course in self.courses)


def editor(visitor: courses.Visitor, *, now: datetime) -> Editor:
    """Whoever runs the site, or teaches the whole of a course."""
    taught = tuple(access.courses_taught(visitor, now=now))
    administers = access.makes_courses(visitor, now=now)
    if not isinstance(visitor, Person) or not (administers or taught):
        raise Http404
    return Editor(visitor, administers, taught)


def site_editor(visitor: courses.Visitor, *, now: datetime) -> Editor:
    """Whoever runs the site."""
    found = editor(visitor, now=now)
    if not found.administers:
        raise Http404
    return found


def article(at: Editor, article_id: UUID) -> Article:
    """An article, published or not, that one may write."""
    rows = Article.objects.select_related("course", "picture", "edited_by").prefetch_related("texts")
    found = rows.filter(pk=article_id).first()
    if found is None or not at.may(found.course_id):
        raise Http404
    return found


def mailing(at: Editor, mailing_id: UUID) -> Mailing:
    """An issue of the newsletter, sent or not; the door was `site_editor`."""
    if found := Mailing.objects.select_related("made_by", "sent_by").filter(pk=mailing_id).first():
        return found
    raise Http404


def voice(at: Editor, testimonial_id: UUID) -> Testimonial:
    """What a learner said of a course that one writes for."""
    found = Testimonial.objects.select_related("course").filter(pk=testimonial_id, withdrawn_at=None).first()
    if found is None or not at.may(found.course_id):
        raise Http404
    return found


def partner(at: Editor, partner_id: UUID) -> Partner:
    """An institution that takes part in a course; the door was `site_editor`."""
    if found := Partner.objects.select_related("institution", "course").filter(pk=partner_id).first():
        return found
    raise Http404
