"""What is new in an edition, as it is read: its page, and the line about it on the page of the course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from preau.accounts.models import Person
from preau.common import markdown
from preau.common.words import words
from preau.courses.models import Edition, Enrolment
from preau.news.models import WhatsNew


def html(text: str) -> str:
    """Its Markdown as a page shows it."""
    return markdown.render(text, anchors=False, trusted_images=False, words=words()).html


def said(row: WhatsNew, language: str) -> tuple[str, str]:
    """(language, Markdown) in a language, else in the course's, else in whichever there is."""
    order = [language, *row.edition.course.languages, *row.texts]
    code = next((code for code in order if row.texts.get(code)), language)
    return code, row.texts.get(code, "")


def page(row: WhatsNew, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that its page shows."""
    code, text = said(row, language)
    edition = row.edition
    shown = {"row": row, "edition": edition, "course": edition.course, "opened": now >= edition.opens_at}
    return {**shown, "language": code, "html": html(text)}


def beside(edition: Edition | None, person: Person | None, mine: Enrolment | None) -> Mapping[str, Any]:
    """`whats_new`: the address of its page for the edition of a course's page, "" where there is none; `came_before`:
    the number of the latest earlier edition that a person took part in, None for others."""
    rows = WhatsNew.objects.filter(edition=edition, published_at__isnull=False) if edition else None
    if edition is None or rows is None or not rows.exists():
        return {"whats_new": "", "came_before": None}
    number = None
    if person is not None and mine is None:
        rest = Enrolment.objects.filter(person=person, edition__course=edition.course_id)
        earlier = rest.filter(edition__number__lt=edition.number).order_by("-edition__number")
        number = earlier.values_list("edition__number", flat=True).first()
    return {"whats_new": f"{edition.course.slug}/{edition.slug}/new/", "came_before": number}
