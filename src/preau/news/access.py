"""The doors of the public site: to what waits behind a mail's token, to what an edition brings that is new. Missing and
forbidden are one 404."""

from datetime import datetime

from django.http import Http404

from preau.courses import access as courses
from preau.courses.access import Visitor
from preau.mail import rules as mailing
from preau.news.models import Waiting, WhatsNew


def waiting(token: str) -> Waiting:
    """The request that this token names; it is the proof that its reader has the mail."""
    rows = Waiting.objects.select_related("course", "person")
    found = rows.filter(token=token.lower()).first() if len(token) == mailing.TOKEN else None
    if found is None:
        raise Http404
    return found


def whats_new(visitor: Visitor, course: str, edition: str, *, now: datetime) -> WhatsNew:
    """What is new in an edition that the visitor may know of, once it is published."""
    row = courses.visible_edition(visitor, edition, now=now)
    found = WhatsNew.objects.select_related("edition__course", "former").filter(edition=row).first()
    if row.course.slug != course or found is None or found.published_at is None:
        raise Http404
    return found
