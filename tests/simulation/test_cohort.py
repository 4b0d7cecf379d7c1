"""A small cohort through the real actions, on real rows."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from preau.accounts.models import Person
from preau.audit import acts
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment
from preau.grades import queries
from preau.grades.models import Result, TrackStanding
from preau.quizzes.models import Answer, Attempt
from preau.simulation import asking, cohort, ending, figures, rules, telling
from preau.support import access
from preau.support.models import SavedReply
from tests import cast

CONTRACT = {
    "learners",
    "active",
    "acts",
    "acts_by_kind",
    "passed",
    "certificates",
    "seconds",
    "credential",
    "logins",
    "team",
    "url",
}


def quiet(words: str) -> None:
    """Progress that nobody reads."""


def played(edition: Edition, *, weeks: float = 20, seed: int = 3, count: int = 12) -> cohort.Cohort:
    until = edition.opens_at + timedelta(weeks=weeks)
    return cohort.play(edition, count=count, seed=seed, teacher=ending.teacher(edition), until=until, tell=quiet)


def rows(edition: Edition) -> tuple[int, ...]:
    return (Enrolment.objects.count(), Attempt.objects.count(), Answer.objects.count(), Result.objects.count())


def test_everybody_enrols_and_acts_are_counted(edition: Edition) -> None:
    played(edition)
    counted = figures.of(edition)
    assert counted.learners == 12
    assert 0 < counted.active <= counted.started < 12
    assert counted.acts == sum(acts.counts(figures.simulated(edition).values_list("pk", flat=True)).values())
    assert counted.acts_by_kind["quiz.answer"] >= Answer.objects.count()


def test_what_is_sent_twice_is_done_once(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort, "RETRIED", 1.0)
    tally = played(edition).tally
    counted = figures.of(edition)
    assert tally.retries == sum(acts.counts().values())
    assert tally.doubled == 0
    assert counted.acts_by_kind["quiz.start"] == Attempt.objects.count()


def test_playing_again_changes_nothing(edition: Edition) -> None:
    played(edition)
    before = (rows(edition), figures.of(edition))
    assert played(edition).tally.doubled == 0
    assert (rows(edition), figures.of(edition)) == before


def test_the_same_seed_gives_the_same_figures_in_one_go_or_in_two(edition: Edition) -> None:
    twin = cast.edition(slug="other-1", of=cast.version(slug="other"))  # another course: nobody was there before
    played(edition, weeks=1.4)
    halfway = figures.of(edition).acts
    played(edition)
    played(twin)
    assert figures.of(twin) == figures.of(edition)
    assert figures.of(twin).acts > halfway


def test_nothing_happens_after_the_moment_played_to(edition: Edition) -> None:
    until = played(edition, weeks=1.2).until
    assert until < edition.closes_at
    assert not Attempt.objects.filter(started_at__gt=until).exists()
    assert not Answer.objects.filter(received_at__gt=until).exists()


def test_who_passed_is_who_the_ledger_says(edition: Edition) -> None:
    played(edition, count=20)
    outline = outlines.of_edition(edition, "fr")
    tracks = list(edition.tracks.order_by("position"))
    passed = 0
    for enrolment in Enrolment.objects.select_related("track"):
        standing = queries.standings(enrolment.pk, outline, tracks, now=edition.closes_at)[enrolment.track.key]
        row = TrackStanding.objects.get(enrolment=enrolment, track=enrolment.track)
        assert row.passed == standing.passed
        passed += standing.passed
    assert figures.of(edition).passed == passed


def test_another_seed_is_refused_where_a_cohort_was_played(edition: Edition) -> None:
    played(edition, weeks=0.1)
    with pytest.raises(cohort.OtherCohort):
        played(edition, seed=4)


def test_simulated_people_cannot_sign_in_before_they_are_given_a_password(edition: Edition) -> None:
    played(edition, weeks=-1)
    assert not any(person.has_usable_password() for person in figures.simulated(edition))


def test_the_command_tells_its_figures(
    edition: Edition, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STATE = tmp_path
    call_command("simulate", edition.slug, learners=12, seed=5, json=tmp_path / "figures.json")
    report = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert report.keys() >= CONTRACT
    assert report["certificates"].keys() == {"classic", "advanced"}
    assert report["learners"] == 12
    shown = capsys.readouterr().out
    assert "published" in shown
    for login in report["logins"]:
        assert Person.objects.get(email=login["email"]).check_password(login["password"])


def test_an_unknown_edition_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no edition nowhere"):
        call_command("simulate", "nowhere")


def test_every_published_figure_stands_in_the_table(edition: Edition) -> None:
    table = figures.table(figures.of(edition))
    assert all(published.told in table for published in rules.PUBLISHED.values())


def test_a_team_answers_decides_tells_and_is_helped(edition: Edition) -> None:
    played(edition, count=20)
    team = figures.of(edition).team
    assert team["requests"] >= 8
    assert team["requests_to_do"] == 0
    assert team["decisions"] >= 2
    assert team["announcements_sent"] >= 8
    assert team["messages"] > 0
    assert (team["volunteers"], team["offers"]) == (4, 0)
    assert team["hours_of_rota"] == 10
    assert (team["alerts_handled"], team["incidents_over"]) == (1, 1)
    assert edition.volunteers.filter(state="declined").exclude(reason="").count() == 1


def test_an_edition_that_runs_has_a_queue_and_announcements_to_come(edition: Edition) -> None:
    now = edition.opens_at + timedelta(days=9)
    teacher = ending.teacher(edition)
    cohort.play(edition, count=20, seed=3, teacher=teacher, until=now, lately=now, tell=quiet)
    team = figures.of(edition).team
    assert team["requests_to_do"] >= len(asking.LATELY)
    assert set(edition.requests.values_list("state", flat=True)) >= {"open", "claimed"}
    assert team["announcements_to_come"] >= 1
    assert team["offers"] == 1
    helper = ending.helper(edition)
    assert helper is not None
    assert access.team(helper, edition.slug, now=now).decides is False
    assert figures.desk_table({"one": figures.of(edition)}).splitlines()[1].split()[-1] == str(team["requests"])


def test_saved_replies_are_written_once_for_a_course(edition: Edition) -> None:
    twin = cast.edition(slug="thin-2", of=edition.course.versions.get())
    played(edition, weeks=-2)
    played(twin, weeks=-2)
    assert SavedReply.objects.count() == len(telling.SAVED)
