"""A translation, line by line beside its source: a line is a draft of its author's own, then proposed, then approved by
a reviewer or by three who are trusted. What stands is what was approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common import text as texts
from preau.subtitles import readability, reading, rules, srt, suggesting, words
from preau.subtitles.access import Film, Here
from preau.subtitles.models import Suggestion, Track
from preau.subtitles.readability import Warning
from preau.subtitles.reading import Line, Words

Kind, State = Suggestion.Kind, Suggestion.State
A_PAGE = 30  # lines


@dataclass(frozen=True)
class Side:
    """A line and its translation: `standing` what was approved, `own` what the reader drafted or proposed, `others` how
    many others proposed something. `changed`: the source changed after the translation was made."""

    source: Line
    standing: Line | None
    own: Suggestion | None
    others: int
    changed: bool
    warnings: Sequence[Warning]

    @property
    def state(self) -> str:
        """draft, proposed, approved, or "" for a line that nobody translated."""
        if self.own is not None:
            return "draft" if self.own.state == State.DRAFT else "proposed"
        return "approved" if self.standing else "proposed" if self.others else ""

    @property
    def typed(self) -> str:
        """What the field holds: the reader's own words, else what stands."""
        if self.own is not None:
            return srt.typed(self.own.proposal[0]["text"])
        return srt.typed(self.standing.text) if self.standing else ""


def begun(at: Film, source: Track, language: str) -> Track | None:
    """The translation of a track that somebody wrote a line of, whether or not one stands."""
    rows = Track.objects.select_related("source").filter(video=at.video, cut=source.cut_id, language=language)
    return rows.first()


def begin(at: Film, source: Track, language: str, *, keep: bool = True) -> Track:
    """The translation of a track into another language; without `keep`, as it would be, for who only looks."""
    where = {"video_id": at.video, "cut_id": source.cut_id, "language": language}
    values = {"source": source, "made_at": at.now}
    return Track.objects.get_or_create(**where, defaults=values)[0] if keep else Track(**where, **values)


def sides(at: Here, source: Track, page: int) -> Sequence[Side]:
    """A page of lines, side by side: four queries."""
    lines = [line for line in reading.now(source).lines if line.said.strip()]
    return _sides(at, lines[(page - 1) * A_PAGE : page * A_PAGE])


def side(at: Here, source: Track, key: str) -> Side | None:
    """One line, side by side."""
    line = reading.now(source).line(key)
    return _sides(at, [line])[0] if line else None


def _sides(at: Here, lines: Sequence[Line]) -> Sequence[Side]:
    translated = reading.now(at.track)
    keys = [line.key for line in lines]
    rows = Suggestion.objects.filter(track=at.track, first__in=keys, kind=Kind.LINE)
    mine = {row.first: row for row in rows.filter(author=at.person, state__in=[State.DRAFT, State.OPEN])}
    open_ones = rows.filter(state=State.OPEN).exclude(author=at.person).values("first").annotate(n=Count("pk"))
    others = {row["first"]: row["n"] for row in open_ones.order_by()}
    return [_side(line, translated.line(line.key), mine.get(line.key), others, at.track.language) for line in lines]


def _side(line: Line, standing: Line | None, own: Suggestion | None, others: Mapping[str, int], language: str) -> Side:
    changed = standing is not None and standing.of is not None and line.since > standing.of
    text = own.proposal[0]["text"] if own else standing.text if standing else ""
    warned = readability.warnings(line.start / 1000, line.end / 1000, text, language=language) if text else ()
    return Side(line, standing, own, others.get(line.key, 0), changed, warned)


def progress(source: Words, translated: Words) -> tuple[int, int]:
    """How many lines stand in the translation, of how many that say something."""
    spoken = [line for line in source.lines if line.said.strip()]
    return sum(line.key in translated.by_key for line in spoken), len(spoken)


@dataclass(frozen=True)
class Typed:
    """A line as somebody typed it: `base` the translation's revision that they saw, `of` the source's; `propose` for
    others to see, else a draft."""

    text: str
    base: int
    of: int
    propose: bool


def write(*, act: acts.Act, at: Here, source: Track, key: str, typed: Typed) -> acts.Outcome:
    """Draft or propose a line. One's own open line is changed in place, and who supported it says so again; nobody
    else's is touched. Refuses an empty proposal, and what changes nothing."""

    def work() -> acts.Outcome:
        Person.objects.select_for_update(no_key=True).get(pk=at.person.pk)  # two tabs begin one draft, not two
        suggesting.not_too_many(at)
        seen = replace(typed, base=min(typed.base, at.track.revision), of=min(typed.of, source.revision))
        line = reading.now(source).line(key)
        if line is None:
            raise Refused(_("This subtitle is not there any more. Reload the page: your words are kept in it."))
        text = srt.cue_text(texts.clean(typed.text).strip())
        standing = reading.now(at.track).line(key)
        if standing and standing.text == text and standing.of == seen.of:
            raise Refused(words.refusal("same"))
        return _kept(act.id, at, key, line, text, seen)

    return acts.once(act, at.person.pk, work)


def _kept(act: UUID, at: Here, key: str, line: Line, text: str, typed: Typed) -> acts.Outcome:
    mine = Suggestion.objects.filter(track=at.track, first=key, author=at.person, kind=Kind.LINE)
    row = mine.filter(state__in=[State.DRAFT, State.OPEN]).select_for_update(no_key=True).first()
    if not text:
        if row is not None and not typed.propose:
            row.delete()
            return {"state": ""}
        raise Refused(words.refusal("empty"))
    if len(text) > rules.LONGEST_TEXT:
        raise Refused(words.refusal("long"))
    state = State.OPEN if typed.propose else State.DRAFT
    proposal: list[dict[str, Any]] = [{"start": line.start, "end": line.end, "text": text, "of": typed.of}]
    if row is None:
        quote, before, after = line.said, "", ""
        row = Suggestion(id=act, track=at.track, kind=Kind.LINE, first=key, keys=[key], author=at.person)
        row.edition, row.made_at, row.quote, row.before, row.after = at.film.edition, at.now, quote, before, after
    elif row.proposal != proposal:
        row.supports.all().delete()
        row.in_favour = row.against = 0
    row.base, row.proposal, row.state = typed.base, proposal, state
    row.save()
    return {"state": state, "suggestion": str(row.pk)}
