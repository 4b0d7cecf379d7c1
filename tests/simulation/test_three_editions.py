"""Three editions in a row: people come back under the account that they had, keep what they did, change track while
they may, and a module comes in the middle of the second."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Count

from preau.audit.models import Entry
from preau.certificates.models import Award
from preau.config import series
from preau.content import differing
from preau.content import outline as outlines
from preau.courses.models import Edition, Elective, Enrolment
from preau.desk import actions as desk
from preau.grades import queries
from preau.grades.models import Completion, Result
from preau.interop.importing import import_path
from preau.simulation import alumni, cohort, crossing, ending, figures, rules
from preau.simulation.team import Added
from tests import cast
from tests.simulation.test_cohort import quiet

NEW = "neuf"
MODULE = f"  - id: {NEW}\n    title: Neuf\n    elective: true\n    counts_for: []\n    opens: w2 mon 08:00\n"
AGAIN = "  again: {for: returning, credits: 0, needs: [{passed: core, count: 1}]}\n"
CARRIES = "carries: [{results: quiz, editions: 2}, {results: exam, editions: 3, at_least: 50}]\n"
LESSON = "---\nid: neuf-lecon\ntitle: Du neuf\nminutes: 5\n---\nLisez.\n"
QUIZ = "---\nid: neuf-quiz\nkind: quiz\ntitle: Le neuf\nminutes: 5\n---\n```gift\n// [id:neuf]\nVrai ? {T}\n```\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The thin course with what returning learners need, and an elective that its first version lacks."""
    root = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    written = (
        (root / "course.yaml")
        .read_text(encoding="utf-8")
        .replace("extends: classic,", "extends: classic, until: w2 sun 23:59,")
    )
    written = written.replace("tracks:\n", f"{MODULE}tracks:\n").replace(
        "certificate:", f"{AGAIN}{CARRIES}certificate:"
    )
    (root / "course.yaml").write_text(written, encoding="utf-8")
    (root / "fr" / NEW).mkdir()
    (root / "fr" / NEW / "01-lecon.md").write_text(LESSON, encoding="utf-8")
    (root / "fr" / NEW / "02-quiz.md").write_text(QUIZ, encoding="utf-8")
    return root


@pytest.fixture
def editions(folder: Path, tmp_path: Path, db: None) -> list[Edition]:
    """Three in a row of the first version; the first was played to its end, and its certificates are given."""
    (tmp_path / "without").mkdir()
    version = cast.version(series.without(folder, NEW, tmp_path / "without"))
    first = cast.edition(of=version)
    second = cast.edition(slug="thin-2", of=version, opens=cast.monday(first.closes_at, 1))
    third = cast.edition(slug="thin-3", of=version, opens=cast.monday(first.closes_at, 5))
    played(first, first.closes_at)
    ending.finish(first, by=ending.teacher(first), now=first.closes_at + timedelta(days=5), tell=quiet)
    return [first, second, third]


def played(edition: Edition, until: datetime, added: Added | None = None) -> cohort.Cohort:
    count, seed, teacher = {1: 60, 2: 20, 3: 10}[edition.number], edition.number, ending.teacher(edition)
    return cohort.play(edition, count=count, seed=seed, teacher=teacher, until=until, tell=quiet, added=added)


def comes(edition: Edition, folder: Path) -> Added:
    """The elective, on the second Monday."""

    def work(at: datetime) -> None:
        version = import_path(folder, slug=None, by=None, now=at).version
        assert version is not None
        desk.print_version(edition, version, force="", by=ending.teacher(edition).pk, now=at)

    return Added(NEW, edition.opens_at + timedelta(days=7, hours=2), work)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Enrolment, Result, Completion, Elective, Entry))


def test_three_editions_in_a_row(editions: list[Edition], folder: Path) -> None:
    first, second, third = editions
    added = comes(second, folder)
    now = second.opens_at + timedelta(days=16)
    done, later = played(second, now, added), played(third, now)
    assert any(one.back for one in later.learners)
    _kept(done, now, first)
    _alone(done, first, third)
    _figures(done, first)
    _tracks(first)
    _module(added, first, second)
    _signs_in(first, second)


def _kept(done: cohort.Cohort, now: datetime, first: Edition) -> None:
    """They come back under their account, for the track that they came for, and what they did then counts."""
    back = [one for one in done.learners if one.back]
    assert {one.back.purpose for one in back if one.back} == set(rules.Purpose)
    paths, outline = alumni.paths(done.edition), outlines.of_edition(done.edition, "fr")
    for learner in back:
        assert learner.back is not None
        row = Enrolment.objects.select_related("track").get(person=done.people[learner.number], edition=done.edition)
        before = Enrolment.objects.get(person=row.person_id, edition=first)
        assert row.track.key == learner.back.track
        assert row.enrolled_at > first.closes_at
        if learner.back.purpose is rules.Purpose.HIGHER:
            assert (row.track.key, before.standings.get(track__key=paths.first).passed) == (paths.highest, True)
        ledger = queries.record(row.pk, outline, now=now, for_learner=False)
        for result in Result.objects.filter(enrolment=row, carried__isnull=False).select_related("unit"):
            then = Result.objects.get(enrolment=before, unit=result.unit)
            percent = then.corrected if then.corrected is not None else 100 * then.score / then.of
            assert result.carried_from == 1
            assert result.carried == pytest.approx(percent)
            assert ledger.counted[result.unit.key].percent >= (result.carried or 0)
        own = set(Result.objects.filter(queries.DONE, enrolment=row).values_list("unit__key", flat=True))
        assert len(own & learner.back.leaves) <= 1  # hardly anybody does again what need not be


def _alone(done: cohort.Cohort, first: Edition, third: Edition) -> None:
    """Nobody has two live enrolments in an edition, nor learns in two at once, nor helps where they learn."""
    twice = Enrolment.objects.filter(left_at=None).values("person", "edition").annotate(n=Count("pk"))
    assert not twice.filter(n__gt=1).exists()
    assert not third.enrolments.filter(person__in=done.edition.enrolments.values("person")).exists()
    helpers = done.edition.volunteers.filter(person__in=first.enrolments.values("person"))
    assert helpers.exists()
    assert not helpers.filter(person__in=[person.pk for person in done.people.values()]).exists()


def _figures(done: cohort.Cohort, first: Edition) -> None:
    back = [done.people[one.number].pk for one in done.learners if one.back]
    counted, then = figures.of(done.edition), figures.of(first)
    kept = Result.objects.filter(enrolment__edition=done.edition, enrolment__left_at=None, carried__isnull=False)
    assert counted.learners == done.edition.enrolments.filter(left_at=None).count()
    assert counted.moves["returned"] == len(back)
    assert (
        counted.moves["returned_certified"]
        == Award.objects.filter(enrolment__person__in=back, track__isnull=False).count()
        > 0
    )
    assert counted.moves["results_kept"] == kept.count() > 0
    assert counted.moves["results_kept_by"] == kept.values("enrolment").distinct().count()
    assert (then.moves["returned"], then.moves["results_kept"], then.learners) == (0, 0, 60)
    assert "came back" in crossing.table({"second": counted.moves})
    moves = Entry.objects.filter(about="enrolment", verb__in=["enrolled", "track.changed", "returned"])
    said = moves.filter(about_id__in=first.enrolments.values("pk")).count()
    assert then.acts_by_kind["enrol"] == said  # what they did in the second edition is not counted here


def _tracks(first: Edition) -> None:
    """Tracks change both ways, never upwards after the cut-off; whoever left came back."""
    cut_off = outlines.of_edition(first, "fr").joins["advanced"]
    said = Entry.objects.filter(about="enrolment", about_id__in=first.enrolments.values("pk"))
    up = said.filter(verb__in=["enrolled", "track.changed"], details__track="advanced")
    assert up.filter(verb="track.changed").exists()
    assert not up.filter(at__gte=cut_off).exists()
    assert said.filter(verb="track.changed", details__track="classic").exists()
    counted = figures.of(first).moves
    assert counted["changed_track"] == said.filter(verb="track.changed").values("about_id").distinct().count()
    assert counted["left_and_returned"] == said.filter(verb="left").values("about_id").distinct().count() > 0


def _module(added: Added, first: Edition, second: Edition) -> None:
    """It is told, some choose it and do it, and nobody before it came."""
    changes = [(one.what, one.key) for one in differing.editions(first, second) if one.change == differing.ADDED]
    assert changes[0] == ("module", NEW)
    assert {module.key: module.since for module in outlines.of_edition(second, "fr").modules}[NEW] == added.at
    chosen = Elective.objects.filter(enrolment__edition=second, key=NEW)
    assert chosen.exists()
    assert not chosen.filter(chosen_at__lt=added.at).exists()
    done = Completion.objects.filter(enrolment__edition=second, unit__key="neuf-lecon")
    assert done.exists()
    assert set(done.values_list("enrolment", flat=True)) <= set(chosen.values_list("enrolment", flat=True))
    assert second.announcements.get(written_at=added.at).state == "sent"


def _signs_in(first: Edition, second: Edition) -> None:
    """Somebody to sign in as came back with a certificate, and is given one password."""
    person = ending.returning(second)
    assert person is not None
    assert Award.objects.get(enrolment__person=person, track__isnull=False).enrolment.edition == first
    row = second.enrolments.select_related("track").get(person=person)
    assert row.track.key == "advanced"
    assert row.results.filter(carried__isnull=False).exists()
    assert person.email not in {one["email"] for one in ending.logins(first, [person.email])}
    assert ending.returning(first) is None


def test_playing_again_goes_on_from_where_it_stopped(editions: list[Edition], folder: Path) -> None:
    second = editions[1]
    added = comes(second, folder)
    played(second, added.at - timedelta(days=2), added)
    halfway, until = rows(), second.opens_at + timedelta(days=12)
    whole = played(second, until, added)
    after = (rows(), figures.of(second))
    assert after[0] > halfway
    again = played(second, until, added)
    assert (again.learners, again.tally.doubled) == (whole.learners, 0)
    assert (rows(), figures.of(second)) == after
