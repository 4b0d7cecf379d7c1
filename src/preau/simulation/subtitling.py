"""Learners of the sample world correct what a machine heard: some corrections stand, some wait, one is refused, one
line is unclear. Through the doors and verbs that people use."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from preau.accounts.models import Person
from preau.audit.acts import Act
from preau.common.ids import new_id
from preau.content import outline as outlines
from preau.content import showing
from preau.courses.models import Edition, Enrolment
from preau.subtitles import access, reading, suggesting
from preau.subtitles.access import Here
from preau.subtitles.models import Suggestion, Track
from preau.subtitles.reading import Line
from preau.subtitles.suggesting import Given

STAND, WAIT = 6, 4  # how many corrections are agreed upon, and how many wait for one more
REFUSED = "Tout en capitales, cela se lit mal : proposez-le en minuscules."
UNCLEAR = "On entend mal la fin."
LANGUAGE = "fr"


def play(edition: Edition, right: Mapping[str, str], *, teacher: Person, now: datetime) -> int:
    """Corrections of every automatic track of a running edition, of a video that one could watch two days ago; `right`
    is what is really said, by what a machine misheard. Returns how many were proposed; none where some are already."""
    people = [row.person for row in workers(edition)]
    if len(people) < 4 or Suggestion.objects.filter(edition=edition).exists():
        return 0
    made, since = 0, now - timedelta(days=2)
    outline = outlines.of_edition(edition, LANGUAGE)
    there = {unit.id for unit in access.readable(outline, since, ahead=False)}
    for video, shown in showing.videos(outline.version_id).items():
        track = Track.objects.filter(video=video, cut__digest=shown.digest, language=LANGUAGE, automatic=True).first()
        if track is not None and there & set(shown.units):
            made += _correct(edition, video, track, right, people, teacher, since)
    return made


def workers(edition: Edition) -> Sequence[Enrolment]:
    """Those whose support counts, in the order in which they enrolled."""
    rows = Enrolment.objects.filter(edition=edition, left_at=None, results__isnull=False).select_related("person")
    return list(rows.distinct().order_by("enrolled_at", "pk")[:12])


def _correct(
    edition: Edition,
    video: UUID,
    track: Track,
    right: Mapping[str, str],
    people: list[Person],
    teacher: Person,
    at: datetime,
) -> int:
    """The first lines that a machine got wrong, one after the other."""
    lines = [line for line in reading.now(track).lines if _words(line) in right]
    for number, line in enumerate(lines[: STAND + WAIT]):
        at += timedelta(hours=1)
        author, *others = people[number % len(people) :] + people[: number % len(people)]
        row = _proposed(_here(edition, video, author, at), line, "words", right[_words(line)])
        for person in others[: 3 if number < STAND else 1 + number % 2]:
            at += timedelta(minutes=10)
            suggesting.support(
                act=_act("subtitles.support", at), at=_here(edition, video, person, at), row=row, value=1
            )
    for line, kind in zip(lines[STAND + WAIT : STAND + WAIT + 2], ("words", "unclear"), strict=False):
        row = _proposed(_here(edition, video, people[-1], at), line, kind, right[_words(line)].upper())
        if kind == "words":
            me = _here(edition, video, teacher, at)
            suggesting.decide(act=_act("subtitles.decide", at), at=me, row=row, accept=False, reason=REFUSED)
    return min(len(lines), STAND + WAIT + 2)


def _words(line: Line) -> str:
    """What it says, on one row."""
    return " ".join(line.said.split())


def _here(edition: Edition, video: UUID, person: Person, at: datetime) -> Here:
    film = access.film(person, edition.slug, video, LANGUAGE, now=at)
    return access.here(person, film, access.track(film, LANGUAGE))


def _proposed(me: Here, line: Line, kind: str, text: str) -> Suggestion:
    given = Given(kind, me.track.revision, text=text, comment=UNCLEAR if kind == "unclear" else "")
    outcome = suggesting.suggest(act=_act("subtitles.suggest", me.now), at=me, key=line.key, given=given)
    return Suggestion.objects.select_related("track").get(pk=outcome["suggestion"])


def _act(kind: str, at: datetime) -> Act:
    return Act(new_id(), kind, {}, received_at=at)
