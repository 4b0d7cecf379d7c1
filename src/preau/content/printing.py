"""An edition prints a version: dates resolved, tracks set, pages compiled, all in one transaction; then the shelf is
refreshed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from preau.audit import journal
from preau.content import compiling, fingerprint, shelf
from preau.content import outline as outlines
from preau.content.models import ModuleText, Page, Printing, UnitText, Version
from preau.courses import actions as courses
from preau.courses import dates
from preau.courses.models import Edition, Milestone

MOMENTS = ("opens", "due", "closes", "reviews_due", "results")
OF_TRACKS = {"until": Milestone.What.JOINS.value, "deliberation": Milestone.What.JURY.value}


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
        changed = len(recompile(edition))
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
            if at > edition.closes_at and what != Milestone.What.JURY:
                wrong.append(f"{key}: {what} {text} is after the edition closes")
        except dates.BadDate as error:
            wrong.append(f"{key}: {what} {text}: {error}")
    if wrong:
        raise BadDates(wrong)
    return moments


def _dated(version: Version) -> list[tuple[str, str, str]]:
    """Every (key, which moment, text) that the version's modules, units and tracks state; a unit's source language
    speaks for it."""
    found: dict[tuple[str, str], str] = {}
    for key, track in version.meta["tracks"].items():
        found |= {(key, what): str(track[name]) for name, what in OF_TRACKS.items() if track.get(name)}
    for module in ModuleText.objects.filter(version=version).select_related("module"):
        if module.opens:
            found[module.module.key, "opens"] = module.opens
    for text in UnitText.objects.filter(version=version, language=version.meta["languages"][0]).select_related("unit"):
        for what in MOMENTS:
            if stated := text.meta.get(what):
                found[text.unit.key, what] = str(stated)
    return [(key, what, text) for (key, what), text in found.items()]


@dataclass(frozen=True)
class Difference:
    """What compiling an edition anew gives beside its rows: pages to write, pages released at another time, and every
    path that there is."""

    pages: list[Page]
    moved: list[Page]
    paths: frozenset[str]


def recompile(edition: Edition) -> list[str]:
    """Compile the edition's pages inside the caller's transaction; returns the paths that were written or removed."""
    return _write(edition, _difference(edition))


def _difference(edition: Edition) -> Difference:
    version = Printing.objects.select_related("version").get(edition=edition, current=True).version
    moments = {(m.key, m.what): m.at for m in Milestone.objects.filter(edition=edition)}
    kept: Mapping[str, Page] = {p.path: p for p in Page.objects.filter(edition=edition).defer("html", "gzip", "brotli")}
    fresh: set[str] = set()
    pages, moved = [], []
    for language in compiling.languages_of(version):
        outline = outlines.build(edition, version, language, moments)
        for page in compiling.pages(outline, version):
            fresh.add(page.path)
            before = kept.get(page.path)
            if before is None or before.digest != page.digest:
                pages.append(compiling.row(edition, language, page))
            elif before.released_at != page.released_at:
                before.released_at = page.released_at
                moved.append(before)
    return Difference(pages, moved, frozenset(fresh))


def _write(edition: Edition, difference: Difference) -> list[str]:
    for page in difference.moved:
        page.save(update_fields=["released_at"])
    written = [page.path for page in difference.pages]
    rows = Page.objects.filter(edition=edition)
    removed = [path for path in rows.values_list("path", flat=True).order_by("path") if path not in difference.paths]
    rows.filter(path__in=[*written, *removed]).delete()
    for page in difference.pages:
        page.save(force_insert=True)
    Printing.objects.filter(edition=edition, current=True).update(compiled_with=fingerprint.current())
    return written + removed


def behind() -> list[Edition]:
    """The editions whose pages another release compiled, those that end last first."""
    printings = Printing.objects.filter(current=True).exclude(compiled_with=fingerprint.current())
    return list(Edition.objects.filter(printings__in=printings).order_by("-closes_at", "slug"))


def reprint(edition: Edition, *, now: datetime) -> list[str]:
    """Compile an edition's current printing again, as after an upgrade; returns the paths that were written or removed.

    Compiling happens before the transaction, so that nobody's answer waits for it; when the edition changed meanwhile
    it is done again. Killed at any point it leaves all the old pages or all the new ones.
    """
    while True:
        edition = Edition.objects.select_related("course").get(pk=edition.pk)
        difference = _difference(edition)
        with transaction.atomic():
            if Edition.objects.select_for_update().get(pk=edition.pk).revision != edition.revision:
                continue
            changed = _write(edition, difference)
            if changed or difference.moved:
                courses.touch(edition)
                journal.log(
                    "edition.reprinted", by=None, about="edition", about_id=edition.pk, at=now, pages=len(changed)
                )
                transaction.on_commit(shelf.refresh, robust=True)
            return changed


@transaction.atomic
def move_date(edition: Edition, *, key: str, what: str, at: datetime, by: UUID, now: datetime) -> None:
    """Move one date of an edition by hand; pages tell the new one at once, and a later printing keeps it."""
    put_dates(edition, [courses.Dated(key, what, at)])
    journal.log(
        "date.moved", by=by, about="edition", about_id=edition.pk, at=now, key=key, what=what, to=at.isoformat()
    )


@transaction.atomic
def put_dates(edition: Edition, moments: Iterable[courses.Dated]) -> None:
    """Put dates of an edition where staff want them, inside the caller's act, whose journal says so."""
    for moment in moments:
        Milestone.objects.update_or_create(
            edition=edition, key=moment.key, what=moment.what, defaults={"at": moment.at, "moved": True}
        )
    refreshed(edition)


def refreshed(edition: Edition) -> None:
    """After a change of dates, inside its transaction: caches, pages and, once it is committed, the shelf follow."""
    courses.touch(edition)
    recompile(edition)
    transaction.on_commit(shelf.refresh, robust=True)
