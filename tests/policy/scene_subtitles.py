"""What the rows of subtitles are played on: a film with words in an edition that runs, one that opens later and a
private one; a suggestion of the learner's, and a draft."""

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.subtitles.models import Cue, Suggestion, Track
from tests import cast
from tests.subtitles import stage

TEAM = {"o": "moderator", "c": "coach", "s": "supervisor", "b": "subtitler", "t": "teacher", "r": "registrar"}


@cache
def folder() -> Path:
    """The course with its film, in a folder of this process."""
    return stage.folder(Path(tempfile.mkdtemp(prefix="preau-filmed-")))


def filmed(people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """The whole team and the learner are in the first edition; a teacher and a subtitler in the two others, too."""
    version = cast.version(folder(), now=now)
    opens = cast.monday(now, -1)
    edition = cast.edition(slug="filmed", opens=opens, of=version)
    private = cast.edition(slug="filmed-private", opens=opens, of=version, visibility=Edition.Visibility.PRIVATE)
    later = cast.edition(slug="filmed-later", opens=cast.monday(now, 2), of=version)
    for letter, kind in TEAM.items():
        for where in (edition, private, later) if letter in "bt" else (edition,):
            cast.role(people[letter], kind, edition=where)
    cast.enrolment(people["l"], edition, at=opens)
    cast.enrolment(people["l"], later, at=now)
    track = Track.objects.get(language="fr", cut__digest=version.files.get(name="fr/debut/pert.mp4").digest)
    cue = Cue.objects.get(track=track, start=2000)
    shared = {"track": track, "first": cue.key, "keys": [cue.key], "base": 1, "author": people["l"], "made_at": now}
    proposal = [{"start": cue.start, "end": cue.end, "text": "On commence."}]
    row = Suggestion.objects.create(edition=edition, kind="words", proposal=proposal, quote=cue.text, **shared)
    draft = Suggestion.objects.create(edition=edition, kind="line", state="draft", proposal=proposal, **shared)
    return {
        "filmed": edition.slug,
        "filmed_private": private.slug,
        "filmed_later": later.slug,
        "video": track.video_id,
        "cue": cue.key,
        "suggestion": row.pk,
        "draft": draft.pk,
    }
