"""An elective that joins a running edition: what it would weigh for those who are in it, and the draft that tells them.

Choosing among more electives costs nobody anything. A mean that suddenly holds one more quiz does: that is said before
the version is shown, and needs a yes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.common.templatetags.preau import told
from preau.content import outline as outlines
from preau.content.models import ModuleText, Printing, Version
from preau.content.outline import ModuleFacts, Outline
from preau.content.printing import resolved
from preau.courses.models import Edition, Track, text_in
from preau.grades import queries as grades
from preau.grades import rules
from preau.grades.tracks import parse_tracks
from preau.support.models import Announcement


@dataclass(frozen=True)
class Joining:
    """A module that the edition does not show yet; `weighs` are the keys of the tracks of which a mean would hold its
    graded units."""

    module: ModuleFacts
    weighs: tuple[str, ...]
    titles: Mapping[str, str]  # by language


class Weighs(Exception):
    """A version whose new modules change a mean of those who are in the edition; `reasons` in words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(self.reasons))


def joining(edition: Edition, version: Version, *, now: datetime) -> list[Joining]:
    """The electives that showing this version would add to a running edition; none before it opens. Raises `BadDates`
    when the version does not fit."""
    shown = Printing.objects.filter(edition=edition, current=True).values_list("version_id", flat=True).first()
    if shown is None or now < edition.opens_at:
        return []
    there = set(ModuleText.objects.filter(version=shown).values_list("module__key", flat=True))
    moments = {(one.key, one.what): one.at for one in resolved(edition, version)}
    outline = outlines.build(edition, version, edition.course.languages[0], moments)
    titles = dict(ModuleText.objects.filter(version=version).values_list("module__key", "titles"))
    return [
        Joining(module, _weighs(module, outline, version), titles[module.key])
        for module in outline.modules
        if module.key not in there and module.elective
    ]


def _weighs(module: ModuleFacts, outline: Outline, version: Version) -> tuple[str, ...]:
    modules, units = grades.facts(outline)
    tracks = {key: {k: v for k, v in track.items() if k != "title"} for key, track in version.meta["tracks"].items()}
    inside = {unit.key for unit in module.units}
    found = []
    for key, rule in parse_tracks(tracks).items():
        means = replace(rule, needs=tuple(need for need in rule.needs if need.verb == "mean"))
        if any(unit.key in inside for unit in rules.reckoned(means, modules, units)):
            found.append(key)
    return tuple(found)


def check(joined: Sequence[Joining], edition: Edition) -> None:
    """Refuses with `Weighs` what lowers a mean of whoever does not do it."""
    titles = {track.key: track.title(edition.course.languages[0]) for track in Track.objects.filter(edition=edition)}
    said = [
        _(
            "“{title}” would be part of a mean on the track {tracks}: it would count 0 for whoever does not do it. Say "
            "counts_for in course.yaml if that is not meant."
        ).format(title=one.module.title, tracks=", ".join(titles.get(key, key) for key in one.weighs))
        for one in joined
        if one.weighs
    ]
    if said:
        raise Weighs(said)


def announce(edition: Edition, joined: Sequence[Joining], *, by: UUID, now: datetime) -> Announcement | None:
    """A draft that tells everybody in the edition what is new, in each language of the course."""
    if not joined:
        return None
    texts = {language: _said(edition, joined, language, now) for language in edition.course.languages}
    return Announcement.objects.create(edition=edition, texts=texts, written_by_id=by, written_at=now)


def _said(edition: Edition, joined: Sequence[Joining], language: str, now: datetime) -> Mapping[str, str]:
    tracks = list(Track.objects.filter(edition=edition))
    lines = grades.rules_of(tracks)
    with override(language):
        said = []
        for one in joined:
            named = one.module.counts_for
            counted = [t.title(language) for t in tracks if named is not None and lines[t.key].counts(named)]
            counts = (
                _("It may count for every track.")
                if named is None
                else _("It may count for: {tracks}.").format(tracks=", ".join(counted))
                if counted
                else _("It counts for no track.")
            )
            opens = (
                _("It opens on {moment}.").format(moment=told(one.module.opens, edition.zone_info))
                if one.module.opens > now
                else _("It is open.")
            )
            said.append(f"**{text_in(one.titles, language)}**. {opens} {counts}")
        choose = _("Choose your electives")
        text = "\n\n".join([*said, f"[{choose}](/e/{edition.slug}/electives/)"])
        subject = _("A new elective: {title}").format(title=", ".join(text_in(one.titles, language) for one in joined))
    return {"subject": subject[:150], "text": text}
