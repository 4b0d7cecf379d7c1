"""What accepting a suggestion costs: as much after ten or two thousand, whatever the track has lived through."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.subtitles import reading, suggesting
from preau.subtitles.models import Cue, Revision, Suggestion
from tests import cast
from tests.subtitles.stage import Stage
from tests.subtitles.test_suggesting import many

pytestmark = pytest.mark.django_db


def cost(stage: Stage, row: Suggestion) -> tuple[int, int]:
    """The queries of accepting a suggestion, and the rows that it writes for the track."""
    rose = stage.before(stage.reviewer("Rose"), row)
    cues, revisions = Cue.objects.count(), Revision.objects.count()
    reading._now.cache_clear()
    act = cast.an_act("subtitles.decide", now=stage.now)
    with CaptureQueriesContext(connection) as seen:
        suggesting.decide(act=act, at=rose, row=row, accept=True, reason="")
    assert Revision.objects.count() == revisions + 1
    return len(seen), Cue.objects.count() - cues


def lived(stage: Stage, revisions: int) -> None:
    """A track that changed so often: what ended, and why."""
    track = stage.track()
    first = track.revision
    standing = list(Cue.objects.filter(track=track, until=None).order_by("start"))
    values = [{"start": one.start, "end": one.end, "text": one.text, "folded": one.folded} for one in standing]
    Cue.objects.bulk_create(
        Cue(track=track, key=f"gone{number:04}", since=first + number, until=first + number + 1, **values[number % 4])
        for number in range(revisions)
    )
    Revision.objects.bulk_create(
        Revision(track=track, number=first + number + 1, at=stage.now, what="suggestion") for number in range(revisions)
    )
    track.revision = first + revisions
    track.save()


def test_accepting_costs_the_same_after_ten_suggestions_or_two_thousand(stage: Stage) -> None:
    people = [stage.learner(f"Author{number}") for number in range(5)]
    many(stage, people, 10, places=(0, 2, 3))
    few = cost(stage, stage.suggest(people[0], 1, "On commence."))
    many(stage, people, 2000, places=(0, 2, 3))
    lived(stage, 2000)
    cast.analysed()
    stage.later(hours=2)
    again = cost(stage, stage.suggest(people[1], 1, "On commence donc."))
    assert again == few
    assert few[1] == 1, "one cue begins where one ends"
    assert few[0] <= 40


def test_those_who_are_asked_to_look_again_after_one_change_are_bounded(stage: Stage) -> None:
    people = [stage.learner(f"Author{number}") for number in range(5)]
    many(stage, people, 60)
    few = cost(stage, stage.suggest(people[0], 1, "On commence."))
    many(stage, people, 2000)
    stage.later(hours=2)
    assert cost(stage, stage.suggest(people[1], 1, "On commence donc.")) == few
