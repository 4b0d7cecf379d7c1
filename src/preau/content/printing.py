"""An edition prints a version: dates resolved, tracks set, pages compiled, all in one transaction; then the shelf is
refreshed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from preau.audit import journal
from preau.content import compiling, shelf
from preau.content import outline as outlines
from preau.content.models import ModuleText, Page, Printing, UnitText, Version
from preau.courses import actions as courses
from preau.courses import dates
from preau.courses.models import Edition, Milestone

MOMENTS = ("opens", "due", "closes")


class BadDates(Exception):
    """The version's dates do not fit the edition; `reasons` say which and why."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(self.reasons))


def print_version(edition: Edition, version: Version, *, by: UUID | None, now: datetime) -> int:
    """Make `version` the one that the edition shows; returns how many pages changed. Raises `BadDates`; then nothing
    changed.

    Serves a first printing and a corrected unit alike: pages are compared by their hash, and only what differs is
    written.
    """
    moments = resolved(edition, version)
    with transaction.atomic():
        edition = Edition.objects.select_for_update(of=("self",)).select_related("course").get(pk=edition.pk)
        courses.set_tracks(edition, version.meta["tracks"])
        courses.set_calendar(edition, moments)
        _make_current(edition, version, now)
        courses.touch(edition)
        changed = recompile(edition)
        journal.log("edition.printed", by=by, about="edition", about_id=edition.pk, at=now, version=version.number)
        transaction.on_commit(shelf.refresh, robust=True)  # printed is printed; the worker mends the shelf
    return changed


def _make_current(edition: Edition, version: Version, now: datetime) -> None:
    current = Printing.objects.filter(edition=edition, current=True)
    if current.filter(version=version).exists():
        return
    current.update(current=False)
    Printing.objects.create(edition=edition, version=version, since=now)


def resolved(edition: Edition, version: Version) -> list[courses.Dated]:
    """The version's relative dates in the edition's zone. Raises `BadDates`."""
    zone = ZoneInfo(edition.zone)
    moments: list[courses.Dated] = []
    wrong: list[str] = []
    for key, what, text in _dated(version):
        try:
            at = dates.resolve(dates.parse(text), edition.opens_at, zone)
            moments.append(courses.Dated(key, what, at))
            if at > edition.closes_at:
                wrong.append(f"{key}: {what} {text} is after the edition closes")
        except dates.BadDate as error:
            wrong.append(f"{key}: {what} {text}: {error}")
    if wrong:
        raise BadDates(wrong)
    return moments


def _dated(version: Version) -> list[tuple[str, str, str]]:
    """Every (key, which moment, text) that the version's modules and units state; a unit's source language speaks
    for it."""
    found: dict[tuple[str, str], str] = {}
    for module in ModuleText.objects.filter(version=version).select_related("module"):
        if module.opens:
            found[module.module.key, "opens"] = module.opens
    for text in UnitText.objects.filter(version=version, language=version.meta["languages"][0]).select_related("unit"):
        for what in MOMENTS:
            if stated := text.meta.get(what):
                found[text.unit.key, what] = str(stated)
    return [(key, what, text) for (key, what), text in found.items()]


def recompile(edition: Edition) -> int:
    """Compile the edition's pages inside the caller's transaction; returns how many were written or removed."""
    version = Printing.objects.select_related("version").get(edition=edition, current=True).version
    moments = {(m.key, m.what): m.at for m in Milestone.objects.filter(edition=edition)}
    kept: Mapping[str, Page] = {p.path: p for p in Page.objects.filter(edition=edition).defer("html", "gzip", "brotli")}
    fresh: set[str] = set()
    changed = 0
    for language in compiling.languages_of(version):
        outline = outlines.build(edition, version, language, moments)
        for page in compiling.pages(outline, version):
            fresh.add(page.path)
            before = kept.get(page.path)
            if before and before.digest == page.digest:
                if before.released_at != page.released_at:
                    Page.objects.filter(pk=before.pk).update(released_at=page.released_at)
                continue
            Page.objects.filter(edition=edition, path=page.path).delete()
            compiling.row(edition, language, page).save(force_insert=True)
            changed += 1
    gone, _ = Page.objects.filter(edition=edition).exclude(path__in=fresh).delete()
    return changed + gone


@transaction.atomic
def move_date(edition: Edition, *, key: str, what: str, at: datetime, by: UUID, now: datetime) -> None:
    """Move one date of an edition by hand; pages tell the new one at once, and a later printing keeps it."""
    Milestone.objects.update_or_create(edition=edition, key=key, what=what, defaults={"at": at, "moved": True})
    courses.touch(edition)
    recompile(edition)
    journal.log(
        "date.moved", by=by, about="edition", about_id=edition.pk, at=now, key=key, what=what, to=at.isoformat()
    )
    transaction.on_commit(shelf.refresh, robust=True)
