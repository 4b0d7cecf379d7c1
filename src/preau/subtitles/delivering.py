"""A subtitle file becomes a track, or a revision of it: merged with what people made of the former file, and with what
stands for another cut of the video, so that nobody's words are lost (docs/decisions/0019-subtitles.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from preau.content.models import Cut, Video
from preau.content.source import Problem
from preau.subtitles import keys, merging, placement, revising, rules, timing, words
from preau.subtitles.merging import Came, Delivered, Merge, Standing
from preau.subtitles.models import Cue, Delivery, Revision, Track
from preau.subtitles.revising import Row, Why
from preau.subtitles.tracks import Track as Read


@dataclass(frozen=True)
class File:
    """A file that was read, where it belongs, and whether a machine wrote it."""

    video: Video
    cut: Cut
    language: str
    name: str
    data: bytes
    read: Read
    automatic: bool


def deliver(file: File, *, source: Track | None, by: UUID | None, now: datetime) -> tuple[Track, list[Problem]]:
    """Bring a file in, inside the caller's transaction. `source`: the track of the course's language, when this is
    another. Returns the track and what became of what people had made."""
    track, fresh = Track.objects.get_or_create(
        video=file.video,
        cut=file.cut,
        language=file.language,
        defaults={"source": source, "automatic": file.automatic, "made_at": now},
    )
    track = revising.locked(track.pk)
    former = None if fresh else _last(track)
    if former and former.digest == sha256(file.data).hexdigest():
        _by_a_human(track, file)
        return track, []
    before = track if not fresh else _of_another_cut(file)
    merge = merging.merge(_delivered(_last(before) if before else None), _standing(before), list(_came(file.read)))
    named = _named(track, merge)
    why = Why(Revision.What.FILE, by, now, details=_details(file, merge))
    number = _write(track, before, merge, named, why)
    _remember(track, number, file, merge, named, now)
    _by_a_human(track, file)
    revising.mark_pages(track)
    return track, list(_said(file, merge))


def _by_a_human(track: Track, file: File) -> None:
    """A file that no machine wrote makes an automatic track reviewed; what was reviewed stays so."""
    if track.automatic and not file.automatic:
        track.automatic = False
        track.save(update_fields=["automatic"])
        revising.mark_pages(track)


def _last(track: Track) -> Delivery | None:
    return track.deliveries.order_by("-revision").first()


def _of_another_cut(file: File) -> Track | None:
    rows = Track.objects.filter(video=file.video, language=file.language).exclude(cut=file.cut)
    return rows.order_by("-made_at", "-pk").first()


def _delivered(row: Delivery | None) -> list[Delivered]:
    return [Delivered(key, start, end, text) for key, start, end, text in row.cues] if row else []


def _standing(track: Track | None) -> list[Standing]:
    rows = Cue.objects.filter(track=track, until=None).order_by("start", "end", "key") if track else ()
    return [Standing(row.key, row.start, row.end, row.text, row.settings, tuple(row.origins)) for row in rows]


def _came(read: Read) -> Iterator[Came]:
    for cue in read.cues:
        written = placement.write_cue_settings(replace(cue.settings, region=None)).strip()
        settings = written if len(written) <= 200 else ""
        yield Came(timing.milliseconds(cue.start), timing.milliseconds(cue.end), cue.text, settings)


def _write(track: Track, before: Track | None, merge: Merge, named: Sequence[str], why: Why) -> int:
    """The merged cues in the place of those that stand; what is the same goes on, so that what people propose about it
    stays fresh."""
    living = {row.key: row for row in Cue.objects.filter(track=track, until=None)}
    authors = dict(Cue.objects.filter(track=before, until=None).values_list("key", "by")) if before else {}
    rows = [
        Row(
            key,
            cue.start,
            cue.end,
            cue.text,
            cue.settings,
            cue.origins or (key,),
            _of(track, cue, living),
            _author(cue, authors),
        )
        for key, cue in zip(named, merge.cues, strict=True)
    ]
    begin = [row for row in rows if not _same(living.get(row.key), row)]
    kept = {row.key for row in rows} - {row.key for row in begin}
    return revising.revise(track, end=[key for key in living if key not in kept], begin=begin, why=why)


def _same(cue: Cue | None, row: Row) -> bool:
    stands = cue and (cue.start, cue.end, cue.text, cue.settings, tuple(cue.origins))
    return stands == (row.start, row.end, row.text, row.settings, row.origins)


def _of(track: Track, cue: merging.Merged, living: Mapping[str, Cue]) -> int | None:
    """The revision of the source that a translated line was made from: the same as before where its words are, else
    the present one."""
    stands = living.get(cue.key) if cue.key else None
    if stands is not None and stands.text == cue.text:
        return stands.of
    return track.source.revision if track.source else None


def _author(cue: merging.Merged, authors: Mapping[str, UUID | None]) -> UUID | None:
    return authors.get(cue.key) if cue.key else None


def _named(track: Track, merge: Merge) -> list[str]:
    """A key for each merged cue: its own; in a translation, that of the source's cue then; else a fresh one."""
    taken = {cue.key for cue in merge.cues if cue.key}
    there = list(Cue.objects.filter(track=track.source_id, until=None)) if track.source_id else []
    at = {round(row.start / rules.NEAR): row for row in there}
    named = []
    for cue in merge.cues:
        key = cue.key or _at_the_same_time(cue, at, taken) or keys.fresh(taken)
        taken.add(key)
        named.append(key)
    return named


def _at_the_same_time(cue: merging.Merged, at: dict[int, Cue], taken: set[str]) -> str | None:
    place = round(cue.start / rules.NEAR)
    for near in (place, place - 1, place + 1):
        row = at.get(near)
        if row and abs(row.start - cue.start) <= rules.NEAR and abs(row.end - cue.end) <= rules.NEAR:
            return row.key if row.key not in taken else None
    return None


def _remember(track: Track, number: int, file: File, merge: Merge, named: Sequence[str], now: datetime) -> None:
    """Keep the file's cues under the keys that they got."""
    new = iter([key for key, cue in zip(named, merge.cues, strict=True) if cue.key is None])
    names = [key if key is not None else next(new) for key in merge.came]
    came = [[key, cue.start, cue.end, cue.text] for key, cue in zip(names, _came(file.read), strict=True)]
    digest = sha256(file.data).hexdigest()
    Delivery.objects.create(track=track, revision=number, digest=digest, name=file.name[:300], cues=came, at=now)


def _details(file: File, merge: Merge) -> dict[str, object]:
    return {
        "file": file.name,
        "kept": len(merge.kept),
        "contested": list(merge.contested),
        "lost": [[cue.key, cue.text] for cue in merge.lost],
    }


def _said(file: File, merge: Merge) -> Iterator[Problem]:
    if merge.contested:
        yield Problem(file.name, 0, words.contested(len(merge.contested)))
    for cue in merge.lost:
        yield Problem(file.name, 0, words.lost(cue.text))
