"""Saved replies: what a course's team answers with often, and may offer before a question is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.courses.models import Course
from preau.support.access import Team
from preau.support.models import SavedReply


@dataclass(frozen=True)
class Reply:
    """What somebody writes: `texts` is {language: {"title", "text"}}; a language without a text is left out."""

    topic: str
    texts: Mapping[str, Mapping[str, str]]
    shown: bool


def save(
    *, act: acts.Act, at: Team, course: Course, reply: Reply, row: SavedReply | None, now: datetime
) -> acts.Outcome:
    """Write a saved reply, new (`row` None) or changed. Refuses one without a text in any language."""

    def work() -> acts.Outcome:
        values = {"topic": reply.topic, "texts": _clean(reply.texts), "shown": reply.shown}
        if not values["texts"]:
            raise Refused(_("A saved reply needs a title and a text in one language at least."))
        kept = _changed(row, values) if row else _new(course, values)
        journal.log("reply.saved", by=at.person.pk, about="course", about_id=course.pk, at=now, key=kept.key)
        return {"reply": str(kept.pk)}

    return acts.once(act, at.person.pk, work)


def delete(*, act: acts.Act, at: Team, row: SavedReply, now: datetime) -> acts.Outcome:
    """Delete a saved reply; what was answered with it stays."""

    def work() -> acts.Outcome:
        journal.log("reply.deleted", by=at.person.pk, about="course", about_id=row.course_id, at=now, key=row.key)
        SavedReply.objects.filter(pk=row.pk).delete()
        return {"reply": row.key}

    return acts.once(act, at.person.pk, work)


def _clean(written: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found = {
        language: {"title": texts.one_line(one["title"])[:120], "text": texts.clean(one["text"]).strip()}
        for language, one in written.items()
    }
    return {language: one for language, one in found.items() if one["title"] and one["text"]}


def _changed(row: SavedReply, values: Mapping[str, Any]) -> SavedReply:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _new(course: Course, values: Mapping[str, Any]) -> SavedReply:
    title = next(iter(values["texts"].values()))["title"]
    key = slugify(title)[:50] or "reply"
    taken = set(SavedReply.objects.filter(course=course, key__startswith=key).values_list("key", flat=True))
    free = next(name for name in [key, *(f"{key}-{n}" for n in range(2, len(taken) + 3))] if name not in taken)
    try:
        with transaction.atomic():
            return SavedReply.objects.create(course=course, key=free, **values)
    except IntegrityError as error:
        raise Refused(_("Somebody just saved a reply of this title. Send it again.")) from error
