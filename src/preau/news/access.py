"""The doors of the public site: to what waits behind a mail's token, to what an edition brings that is new. Missing and
forbidden are one 404."""

from datetime import datetime

from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.courses.access import Visitor
from preau.courses.models import Course
from preau.mail import rules as mailing
from preau.news import article_reading, voices
from preau.news.models import Article, Waiting, WhatsNew


def waiting(token: str) -> Waiting:
    """The request that this token names; it is the proof that its reader has the mail."""
    rows = Waiting.objects.select_related("course", "person")
    found = rows.filter(token=token.lower()).first() if len(token) == mailing.TOKEN else None
    if found is None:
        raise Http404
    return found


def taken(visitor: Visitor, course: str) -> tuple[Course, Person]:
    """A course that the visitor was in, and the visitor."""
    row = Course.objects.filter(slug=course).first()
    if not isinstance(visitor, Person) or row is None or not voices.took(visitor, row):
        raise Http404
    return row, visitor


def whats_new(visitor: Visitor, course: str, edition: str, *, now: datetime) -> WhatsNew:
    """What is new in an edition that the visitor may know of, once it is published."""
    row = courses.visible_edition(visitor, edition, now=now)
    found = WhatsNew.objects.select_related("edition__course", "former").filter(edition=row).first()
    if row.course.slug != course or found is None or found.published_at is None:
        raise Http404
    return found


def article(slug: str, *, now: datetime) -> Article:
    """An article that shows."""
    if found := article_reading.published(now).filter(slug=slug).first():
        return found
    raise Http404
