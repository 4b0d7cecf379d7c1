"""What is new in an edition: drafted from the difference with the one before, rewritten by hand, published."""

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.content import differing, showing
from preau.content.models import ModuleText, Printing, UnitText, Version
from preau.courses.models import Edition, text_in
from preau.news import drafting
from preau.news.drafting import Films, Names
from preau.news.models import WhatsNew
from preau.subtitles.models import Suggestion

LONGEST = 20_000  # characters of a language
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def former(edition: Edition) -> Edition | None:
    """The edition of the course before this one that shows a version, whose learners this one's are told the news
    of."""
    rows = Edition.objects.filter(course=edition.course_id, number__lt=edition.number, printings__current=True)
    return rows.select_related("course").order_by("-number").first()


def drafts(before: Edition, edition: Edition) -> dict[str, str]:
    """The draft in each language of the interface."""
    old, new = differing.shown(before), differing.shown(edition)
    if old is None or new is None:
        return dict.fromkeys(LANGUAGES, "")
    changes = differing.editions(before, edition)
    corrected = _corrected(before, new)
    found = {}
    for code in LANGUAGES:
        names = _names(old, new, code)
        films = _films(old, new, code, corrected)
        spoken = code if code in new.meta["languages"] else new.meta["languages"][0]
        with override(code):
            found[code] = drafting.draft(changes, names, films, language=spoken)
    return found


def _names(old: Version, new: Version, language: str) -> Names:
    """The new version's where both have a thing."""
    units: dict[str, str] = {}
    kinds: dict[str, str] = {}
    rows = UnitText.objects.filter(version__in=[old, new]).select_related("unit").defer("body")
    for row in sorted(rows.order_by("position"), key=lambda row: (row.version_id == new.pk, row.language == language)):
        units[row.unit.key], kinds[row.unit.key] = row.title, row.kind
    modules: dict[str, str] = {}
    electives: dict[str, bool] = {}
    for one in (old, new):
        for text in ModuleText.objects.filter(version=one).select_related("module").order_by("position"):
            modules[text.module.key] = text_in(text.titles, language) or text.module.key
            electives[text.module.key] = text.elective
    tracks = {**old.meta["tracks"], **new.meta["tracks"]}
    called = {key: text_in(track.get("title"), language) or key for key, track in tracks.items()}
    return Names(units, kinds, modules, frozenset(key for key, free in electives.items() if free), called)


def _films(old: Version, new: Version, language: str, corrected: int) -> Films:
    before, after = showing.videos(old.pk), showing.videos(new.pk)
    titles = _titles(new, language)

    def pages(videos: list[UUID]) -> list[str]:
        return list(dict.fromkeys(titles[unit] for video in videos for unit in after[video].units if unit in titles))

    recut = [pk for pk, shown in after.items() if pk in before and before[pk].digest != shown.digest]
    return Films(pages([pk for pk in after if pk not in before]), pages(recut), corrected)


def _titles(version: Version, language: str) -> dict[UUID, str]:
    rows = UnitText.objects.filter(version=version).order_by("position").values_list("unit_id", "language", "title")
    return {unit: title for unit, _language, title in sorted(rows, key=lambda row: row[1] == language)}


def _corrected(before: Edition, new: Version) -> int:
    """How many lines of subtitles were corrected since the former edition opened, in the videos that are shown."""
    rows = Suggestion.objects.filter(state=Suggestion.State.ACCEPTED, decided_at__gte=before.opens_at)
    words = rows.exclude(kind__in=[Suggestion.Kind.LINE, Suggestion.Kind.UNCLEAR])
    return words.filter(track__video__in=list(showing.videos(new.pk))).count()


def draft(*, act: acts.Act, by: Person, edition: Edition, now: datetime) -> acts.Outcome:
    """Draft it, or again: a language that somebody wrote in keeps its words, and what the new draft says otherwise is
    kept beside them. Refuses where there is no earlier edition."""

    def work() -> acts.Outcome:
        before = former(edition)
        if before is None or not Printing.objects.filter(edition=edition, current=True).exists():
            raise Refused(_("There is no earlier edition to compare with, or this one shows no version yet."))
        row = _locked(edition)
        fresh = drafts(before, edition)
        untouched = [code for code in LANGUAGES if row.texts.get(code, "") == row.drafts.get(code, "")]
        row.since = {code: _differ(row.drafts.get(code, ""), fresh[code]) for code in LANGUAGES if row.drafted_at}
        row.texts = {**row.texts, **{code: fresh[code] for code in untouched}}
        row.drafts, row.former, row.drafted_at = fresh, before, now
        row.save()
        kept = [code for code in LANGUAGES if code not in untouched]
        return _logged("new.drafted", by, edition, now, former=before.slug, kept=kept)

    return acts.once(act, by.pk, work)


def _differ(before: str, after: str) -> list[list[str]]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [[line[0], line[2:]] for line in lines if line[0] in "+-" and line[2:].strip()]


def write(
    *, act: acts.Act, by: Person, edition: Edition, said: Mapping[str, str], seen: str, now: datetime
) -> acts.Outcome:
    """Keep what was written by hand, by language. Refuses when somebody changed it since it was `seen`."""

    def work() -> acts.Outcome:
        row = _locked(edition)
        if stamp(row) != seen:
            raise Refused(
                _("Somebody changed it meanwhile. Yours is still below: look at what stands, then save again.")
            )
        row.texts = {code: texts.clean(said.get(code, "")).strip()[:LONGEST] for code in LANGUAGES}
        row.edited_by, row.edited_at = by, now
        row.save()
        return _logged("new.written", by, edition, now)

    return acts.once(act, by.pk, work)


def adopt(*, act: acts.Act, by: Person, edition: Edition, language: str, now: datetime) -> acts.Outcome:
    """Put the draft of a language in the place of what somebody wrote."""

    def work() -> acts.Outcome:
        row = _locked(edition)
        row.texts = {**row.texts, language: row.drafts.get(language, "")}
        row.edited_by, row.edited_at = by, now
        row.save()
        return _logged("new.adopted", by, edition, now, language=language)

    return acts.once(act, by.pk, work)


def publish(*, act: acts.Act, by: Person, edition: Edition, public: bool, now: datetime) -> acts.Outcome:
    """Show it to everybody who may know of the edition, or no longer. Refuses when nothing is written."""

    def work() -> acts.Outcome:
        row = _locked(edition)
        if public and not any(row.texts.values()):
            raise Refused(_("Nothing is written yet."))
        row.published_at = (row.published_at or now) if public else None
        row.save()
        return _logged("new.published" if public else "new.unpublished", by, edition, now)

    return acts.once(act, by.pk, work)


def _locked(edition: Edition) -> WhatsNew:
    row, _new = WhatsNew.objects.select_for_update().get_or_create(edition=edition)
    return row


def _logged(verb: str, by: Person, edition: Edition, now: datetime, **details: Any) -> acts.Outcome:
    journal.log(verb, by=by.pk, about="edition", about_id=edition.pk, at=now, **details)
    return {"edition": edition.slug}


def of(edition: Edition) -> WhatsNew | None:
    """What there is of it."""
    return WhatsNew.objects.select_related("former", "edited_by").filter(edition=edition).first()


def stamp(row: WhatsNew | None) -> str:
    """Says which words somebody looked at."""
    at = max((at for at in (row.edited_at, row.drafted_at) if at is not None), default=None) if row else None
    return at.isoformat() if at else ""
