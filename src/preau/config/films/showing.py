"""The films brought into the sample course of a world that is there: a new version, which its editions then show.

The course's folder is composed anew from `samples/gestion-de-projet` and the films; the same gives the same version, so
that a second time changes nothing."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.config.films import making, timing
from preau.config.films import script as scripts
from preau.content import front_matter, printing
from preau.content.differing import shown
from preau.content.models import ModuleText, Printing, Version
from preau.courses.models import Edition
from preau.interop.importing import import_path
from preau.simulation import subtitling

type Tell = Callable[[str], None]


def bring(course: Path, sources: Iterable[Path], folder: Path, *, by: Person | None, tell: Tell) -> Version | None:
    """Make the films of these scripts in `folder` unless they are there, import `course` with them and show that
    version; None without films. Raises `making.Unfilmable`; the world is then as it was."""
    sources = sorted(sources)
    if any(not making.kept(source, folder).exists() for source in sources):
        if lacking := making.missing():
            tell(f"the sample course goes without its videos. {'; '.join(lacking)}")
            return None
        tell("making the sample course's videos")
    films = {source: making.make(source, folder) for source in sources}
    with tempfile.TemporaryDirectory(prefix="preau-films-") as place:
        composed = compose(course, films, Path(place))
        pk = by.pk if by else None
        version = import_path(composed, slug=None, by=pk, now=timezone.now()).version
    assert version is not None
    show(version, by=by, tell=tell)
    return version


def improve(version: Version, sources: Iterable[Path], *, teacher: Person, tell: Tell) -> None:
    """Learners of the editions that run correct what a machine misheard in these films."""
    now = timezone.now()
    lines = [line for source in sources for line in scripts.read(source.read_text(encoding="utf-8")).lines]
    right = {line.heard: timing.broken(line.fr) for line in lines if line.heard and line.heard != line.fr}
    for edition in version.course.editions.filter(opens_at__lte=now, closes_at__gt=now).order_by("number"):
        if made := subtitling.play(edition, right, teacher=teacher, now=now):
            tell(f"learners of {edition.slug} proposed {made} corrections of subtitles")


def compose(course: Path, films: dict[Path, Path], place: Path) -> Path:
    """A copy of the course in which the lesson of each script shows its film; translations share the file. Raises
    `Unfilmable` when a script is of no lesson."""
    root = Path(shutil.copytree(course, place / course.name))
    source_language = front_matter.load((root / "course.yaml").read_text(encoding="utf-8")).value["languages"][0]
    texts = [(path, path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.md"))]
    for script, film in films.items():
        unit = scripts.read(script.read_text(encoding="utf-8")).unit
        found = [(path, text) for path, text in texts if front_matter.split(text).meta.value.get("id") == unit]
        beside = [path.parent for path, _ in found if path.relative_to(root).parts[0] == source_language]
        if not beside:
            raise making.Unfilmable(f"{script.name}: no lesson of the course has the id {unit}")
        shutil.copytree(film, beside[0], dirs_exist_ok=True)
        for path, text in found:
            path.write_text(text.replace("---\n", f"---\nvideo: {script.stem}.mp4\n", 1), encoding="utf-8")
    return root


def show(version: Version, *, by: Person | None, tell: Tell) -> None:
    """Print a version in the course's editions that show an earlier one, but those that somebody corrected since, and
    those that are over and never had one of its modules."""
    now, modules = timezone.now(), _modules(version)
    earlier = Printing.objects.filter(current=True, version__course=version.course, version__number__lt=version.number)
    for edition in Edition.objects.filter(printings__in=earlier).order_by("-closes_at", "slug"):
        if Entry.objects.filter(verb="unit.corrected", about="edition", about_id=edition.pk).exists():
            tell(f"{edition.slug} was corrected at the desk and keeps its own text, without the videos")
            continue
        before = shown(edition)
        if before is not None and edition.closes_at <= now and modules - _modules(before):
            tell(f"{edition.slug} is over and stays as it was, without the videos")
            continue
        try:
            printing.print_version(edition, version, by=by.pk if by else None, now=now)
        except printing.BadDates as error:
            tell(f"{edition.slug} keeps its pages, without the videos: {error}")


def _modules(version: Version) -> set[UUID]:
    return set(ModuleText.objects.filter(version=version).values_list("module_id", flat=True))
