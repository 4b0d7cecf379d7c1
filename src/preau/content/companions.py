"""What lies beside the videos of a course: files that a room above reads, and what it puts under the player.

`content` carries a video and knows no subtitles; the room that does registers itself here, as kinds of units do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol
from uuid import UUID

from preau.content.models import Version, Video
from preau.content.outline import Outline, UnitFacts
from preau.content.players import Caption, Player
from preau.content.source import Problem, SourceCourse


@dataclass(frozen=True)
class Placed:
    """A file beside a video, by the name that texts use: `said` is what its name says between the video's and its
    suffix (`pert.fr.auto.vtt`: ("fr", "auto")); `language` that of the texts beside it; `digest` the video's own."""

    name: str
    said: tuple[str, ...]
    language: str
    video: Video
    digest: str
    data: bytes


@dataclass(frozen=True)
class Passage:
    """A place in the words of a video: its name there, the words, and those before and after."""

    video: UUID
    language: str
    key: str
    quote: str
    before: str
    after: str

    def as_json(self) -> dict[str, str]:
        """As a row keeps it."""
        return {name: str(value) for name, value in vars(self).items()}


def from_json(kept: Mapping[str, str]) -> Passage:
    """What a row kept."""
    return Passage(UUID(kept["video"]), *(kept[name] for name in ("language", "key", "quote", "before", "after")))


class Companion(Protocol):
    """What the room does with such files."""

    suffixes: frozenset[str]

    def read(self, name: str, data: bytes) -> tuple[int, list[Problem]]:
        """How many cues a file holds, and what it holds that is lost or strange; never raises."""

    def store(self, version: Version, files: Sequence[Placed], *, by: UUID | None, now: datetime) -> list[Problem]:
        """Bring them in, inside the import's transaction; what became of what was there, for the report."""

    def written(self, cuts: Mapping[UUID, str]) -> Mapping[UUID, Mapping[str, bytes]]:
        """Files of what stands beside each video, for an export: by video, then by what their name says after the
        video's (`fr.vtt`)."""

    def captions(self, cuts: Mapping[UUID, str]) -> Mapping[UUID, tuple[Caption, ...]]:
        """What a player offers, by video; `cuts` says which file of each is shown."""

    def passage(self, video: UUID, language: str, key: str) -> Passage | None:
        """What is said at a place of a video, by which it is found again in another cut; None where nothing is."""

    def moments(self, places: Sequence[Passage], cuts: Mapping[UUID, str]) -> Sequence[float | None]:
        """When each is said today, in seconds; None where its words are gone."""

    def place(self, unit: UnitFacts, outline: Outline, player: Player) -> str:
        """HTML under the player, the same for everybody."""


@dataclass
class _Registry:
    companions: list[Companion] = field(default_factory=list)


_registry = _Registry()


def register(companion: Companion) -> None:
    """Called once, from the `ready` of its room."""
    _registry.companions = [one for one in _registry.companions if type(one) is not type(companion)] + [companion]


def read(source: SourceCourse, root: Path) -> tuple[int, list[Problem]]:
    """How many cues the files of a course hold, those that lie beside no video included; and what is to be said."""
    cues, said = 0, []
    for companion in _registry.companions:
        paths = {*source.files.values(), *source.loose}
        for path in sorted(one for one in paths if one.suffix.lower() in companion.suffixes):
            count, problems = companion.read(str(path), (root / path).read_bytes())
            cues += count
            said += problems
    return cues, said


@dataclass(frozen=True)
class Brought:
    """A file that comes in with a version: its name as texts use it, where it lies, what it holds."""

    name: str
    path: PurePosixPath
    data: bytes


def others(source: SourceCourse) -> SourceCourse:
    """The course without the files that companions read: those are never kept as they came, so never served."""
    files = {name: path for name, path in source.files.items() if path.suffix.lower() not in suffixes()}
    return replace(source, files=files)


def brought(source: SourceCourse, root: Path) -> list[Brought]:
    """The files that companions read, while the folder is there."""
    found = [(name, path) for name, path in source.files.items() if path.suffix.lower() in suffixes()]
    return [Brought(name, path, (root / path).read_bytes()) for name, path in found]


def store(
    version: Version,
    files: Iterable[Brought],
    films: Mapping[str, Video],
    digests: Mapping[str, str],
    *,
    by: UUID | None,
    now: datetime,
) -> list[Problem]:
    """Hand every file to its companion, each content of a video once: a translation shares the files of its source."""
    said: list[Problem] = []
    seen: set[tuple[UUID, PurePosixPath]] = set()
    placed: list[Placed] = []
    for one in files:
        video = _video(one.name, films)
        if video is None or (films[video].pk, one.path) in seen:
            continue
        seen.add((films[video].pk, one.path))
        rest = PurePosixPath(one.name).name.removeprefix(PurePosixPath(video).stem + ".")
        words = tuple(word.lower() for word in rest.split(".")[:-1])
        placed.append(Placed(one.name, words, _language(one.path, version), films[video], digests[video], one.data))
    for companion in _registry.companions:
        mine = [one for one in placed if PurePosixPath(one.name).suffix.lower() in companion.suffixes]
        said += companion.store(version, mine, by=by, now=now)
    return said


def _video(name: str, films: Mapping[str, Video]) -> str | None:
    """The video that a file lies beside: in the same folder, its name without suffix followed by a dot; the longest."""
    path = PurePosixPath(name)
    beside = [
        film
        for film in films
        if PurePosixPath(film).parent == path.parent and path.name.startswith(PurePosixPath(film).stem + ".")
    ]
    return max(beside, key=len, default=None)


def _language(path: PurePosixPath, version: Version) -> str:
    """The language of the texts of its folder, else the course's."""
    languages = list(version.meta["languages"])
    return path.parts[0] if path.parts[0] in languages else languages[0]


def captions(players: Iterable[Player]) -> Mapping[UUID, tuple[Caption, ...]]:
    """What each video's player offers beside sound and picture."""
    cuts = {player.video: player.digest for player in players if player.video}
    found: dict[UUID, tuple[Caption, ...]] = {}
    for companion in _registry.companions:
        for video, offered in companion.captions(cuts).items() if cuts else ():
            found[video] = (*found.get(video, ()), *offered)
    return found


def written(cuts: Mapping[UUID, str]) -> Mapping[UUID, Mapping[str, bytes]]:
    """What an export puts beside each video."""
    found: dict[UUID, dict[str, bytes]] = {}
    for companion in _registry.companions:
        for video, files in companion.written(cuts).items() if cuts else ():
            found.setdefault(video, {}).update(files)
    return found


def passage(address: str) -> Passage | None:
    """The place that an address names, `<video>:<language>:<key>`; None for nonsense."""
    parts = address.split(":")
    try:
        video, language, key = UUID(parts[0]), parts[1], parts[2]
    except (ValueError, IndexError):
        return None
    found = (companion.passage(video, language, key) for companion in _registry.companions)
    return next((one for one in found if one is not None), None)


def moments(places: Sequence[Passage], cuts: Mapping[UUID, str]) -> Sequence[float | None]:
    """When each is said today, in seconds; `cuts` says which file of each video is shown."""
    for companion in _registry.companions if places else ():
        return companion.moments(places, cuts)
    return [None for _ in places]


def under(unit: UnitFacts, outline: Outline, player: Player) -> list[str]:
    """What stands under a player on a unit's page."""
    return [companion.place(unit, outline, player) for companion in _registry.companions]


def suffixes() -> frozenset[str]:
    """The files that are read and written again, and never served as they came."""
    return frozenset(suffix for companion in _registry.companions for suffix in companion.suffixes)
