"""What became of a track: its revisions, what each changed, how one is taken back, what was read through."""

import pytest
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.content import printing
from preau.content.players import Caption
from preau.subtitles import history, reading
from preau.subtitles.models import Cue, Revision
from tests import cast
from tests.subtitles import stage as staging
from tests.subtitles.stage import FILES, FRENCH, Stage, vtt

pytestmark = pytest.mark.django_db


def revert(stage: Stage, who: Person, number: int) -> int:
    act = cast.an_act("subtitles.revert", {"revision": number}, stage.now)
    return int(history.revert(act=act, at=stage.here(who), number=number)["revision"])


def differences(stage: Stage, number: int) -> list[tuple[str | None, str | None]]:
    """The texts before and after, of each cue that a revision changed."""
    found = history.changes(stage.track(), number)
    return [(one.before.text if one.before else None, one.after.text if one.after else None) for one in found]


def test_every_change_is_a_revision_with_whom_it_thanks(stage: Stage) -> None:
    Person.objects.filter(pk=stage.learner("Ana").pk).update(name="Ana Diop")
    stage.accepted_words(1, "On commence maintenant.")
    stage.deliver({**FILES, "pert.fr.vtt": vtt(*FRENCH, first=100)})
    made = history.revisions(stage.track(), 1)
    assert [(one.revision.number, one.revision.what, one.name) for one in made] == [
        (3, "file", ""),
        (2, "suggestion", "Ana D."),
        (1, "file", ""),
    ]
    page = cast.browser().get(f"{stage.base}fr/history/").content.decode()
    assert "Ana D." in page
    assert "Ana Diop" not in page


def test_a_revision_says_what_it_changed(stage: Stage) -> None:
    stage.accepted_words(1, "On commence maintenant.")
    assert differences(stage, 2) == [("On comence maintenant.", "On commence maintenant.")]
    (change,) = history.changes(stage.track(), 2)
    pieces = [(piece.kind, piece.text) for piece in change.words]
    assert "".join(text for kind, text in pieces if kind != "new") == "On comence maintenant."
    assert "".join(text for kind, text in pieces if kind != "gone") == "On commence maintenant."
    assert not change.moved
    page = cast.browser().get(f"{stage.base}fr/history/2/").content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    assert len(differences(stage, 1)) == 4


def test_a_split_and_a_merge_say_what_they_changed(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    stage.decide(rose, stage.suggest(ana, 1, "On commence", kind="split", second="maintenant.", at=3000))
    assert differences(stage, 2) == [(FRENCH[1], "On commence"), (None, "maintenant.")]
    stage.decide(rose, stage.suggest(ana, 1, "On commence enfin.", kind="merge"))
    assert differences(stage, 3) == [("On commence", "On commence enfin."), ("maintenant.", None)]


def test_any_revision_can_be_read_again(stage: Stage) -> None:
    stage.accepted_words(1, "Deux.")
    stage.accepted_words(1, "Trois.")
    stage.accepted_words(0, "Quatre.")
    track = stage.track()
    said = [[line.text for line in reading.at(track, number).lines][:2] for number in range(1, 5)]
    assert said == [[FRENCH[0], FRENCH[1]], [FRENCH[0], "Deux."], [FRENCH[0], "Trois."], ["Quatre.", "Trois."]]
    past = history.of_cue(track, stage.key(1))
    assert [(one.before.text, one.after.text) for one in past if one.before and one.after] == [
        ("Deux.", "Trois."),
        (FRENCH[1], "Deux."),
    ]


def test_a_change_is_taken_back_with_the_words_the_author_and_the_times_of_before(stage: Stage) -> None:
    ana = stage.learner("Ana")
    stage.accepted_words(1, "On commence maintenant.")
    moved = stage.suggest(stage.learner("Ben"), 1, "", kind="timing", start=2200, end=4000)
    stage.decide(stage.reviewer("Rose"), moved)
    assert revert(stage, stage.reviewer("Rose"), 3) == 4
    cue = stage.cue(1)
    assert (cue.text, cue.start, cue.by) == ("On commence maintenant.", 2000, ana)
    made = Revision.objects.get(track=stage.track(), number=4)
    assert (made.what, made.by, made.details) == ("revert", stage.person("Rose"), {"of": 3})
    assert Entry.objects.filter(verb="subtitles.reverted").count() == 1
    assert revert(stage, stage.reviewer("Rose"), 4) == 5, "and what was taken back can come again"
    assert stage.times()[1] == (2200, 4000)


def test_a_split_and_a_merge_are_taken_back_whole(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    keys = [stage.key(place) for place in range(4)]
    stage.decide(rose, stage.suggest(ana, 1, "On commence", kind="split", second="maintenant.", at=3000))
    revert(stage, rose, 2)
    stage.decide(rose, stage.suggest(ana, 2, "Les deux.", kind="merge"))
    revert(stage, rose, 4)
    assert stage.said() == list(FRENCH)
    assert [stage.key(place) for place in range(4)] == keys


def test_a_file_is_taken_back_too(stage: Stage) -> None:
    stage.deliver({**FILES, "pert.fr.vtt": vtt("Bonsoir.", *FRENCH[1:])})
    revert(stage, stage.reviewer("Rose"), 2)
    assert stage.said() == list(FRENCH)


def test_what_changed_again_since_is_not_taken_back(stage: Stage) -> None:
    rose = stage.reviewer("Rose")
    stage.accepted_words(1, "Deux.")
    stage.accepted_words(1, "Trois.")
    for number in (2, 1, 0, 99):
        with pytest.raises(Refused):
            revert(stage, rose, number)
    assert (stage.track().revision, stage.said()[1]) == (3, "Trois.")
    revert(stage, rose, 3)
    with pytest.raises(Refused):
        revert(stage, rose, 2)  # its words ended, though the same stand again
    assert stage.said()[1] == "Deux."


def test_what_was_joined_is_not_taken_back_over_what_came_since(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    stage.decide(rose, stage.suggest(ana, 2, "Les deux.", kind="merge"))
    stage.accepted_words(2, "Toutes les deux.")
    with pytest.raises(Refused):
        revert(stage, rose, 2)
    assert Cue.objects.filter(track=stage.track(), until=None).count() == 3


@pytest.mark.parametrize("who", ["author", "worker", "other language"])
def test_only_a_reviewer_of_the_language_takes_back(stage: Stage, who: str) -> None:
    stage.accepted_words(1, "Deux.")
    people = {
        "author": stage.person("Ana"),
        "worker": stage.worker("Ben"),
        "other language": stage.reviewer("Emma", "en"),
    }
    with pytest.raises(Refused):
        revert(stage, people[who], 2)
    assert stage.said()[1] == "Deux."


def test_a_suggestion_made_before_a_change_was_taken_back_is_looked_at_again(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ben"), 1, "On recommence.")
    stage.accepted_words(1, "Deux.")
    revert(stage, stage.reviewer("Rose"), 2)
    with pytest.raises(Refused):
        stage.decide(stage.reviewer("Rose"), row)


def test_taking_back_through_its_page(stage: Stage) -> None:
    stage.accepted_words(1, "Deux.")
    rose, ana = cast.browser(stage.reviewer("Rose")), cast.browser(stage.learner("Ana"))
    path = f"{stage.base}fr/history/2/"
    assert f'action="{path}revert/"' in rose.get(path).content.decode()
    assert "revert/" not in ana.get(path).content.decode()
    ana.post(f"{path}revert/", cast.form())
    assert stage.said()[1] == "Deux."
    assert rose.post(f"{path}revert/", cast.form()).headers["Location"] == f"{stage.base}fr/history/"
    assert stage.said() == list(FRENCH)
    assert rose.get(f"{stage.base}fr/history/9/").status_code == 404


def test_an_automatic_track_says_so_until_a_reviewer_read_it_through(stage: Stage) -> None:
    automatic = staging.vtt("Hallo")
    stage.deliver({**FILES, "pert.de.auto.vtt": automatic})
    printing.reprint(stage.edition, now=stage.now)
    assert stage.track("de").automatic
    reader, lesson = cast.browser(stage.learner("Ana")), f"/e/{stage.edition.slug}/fr/debut/lecon/"
    marked = 'class="state pending"'
    with translation.override("fr"):
        label = f'label="{Caption("de", automatic=True).label}"'
    pages = [f"{stage.base}de/", f"/e/{stage.edition.slug}/videos/", f"{stage.base}de/"]
    assert all(marked in reader.get(path).content.decode() for path in pages)
    assert label in reader.get(lesson).content.decode()
    for who in (stage.learner("Ana"), stage.reviewer("Emma", "en")):
        with pytest.raises(Refused):
            history.review(act=cast.an_act("subtitles.reviewed", now=stage.now), at=stage.here(who, "de"))
    history.review(
        act=cast.an_act("subtitles.reviewed", now=stage.now), at=stage.here(stage.reviewer("Dirk", "de"), "de")
    )
    assert not stage.track("de").automatic
    assert not any(marked in reader.get(path).content.decode() for path in pages)
    assert printing.behind() == [stage.edition]
    printing.reprint(stage.edition, now=stage.now)
    assert label not in reader.get(lesson).content.decode()


def test_pages_of_a_long_history(stage: Stage) -> None:
    track = stage.track()
    Revision.objects.bulk_create(
        Revision(track=track, number=number, at=stage.now, what="suggestion") for number in range(2, 75)
    )
    track.revision = 74
    track.save()
    reader = cast.browser()
    path = f"{stage.base}fr/history/"
    assert f"{path}74/" in reader.get(path).content.decode()
    last = reader.get(f"{path}?page=3").content.decode()
    assert f"{path}1/" in last
    assert 'rel="next"' not in last
    for odd in ("0", "-1", "x", "99999999", "٣"):
        assert reader.get(f"{path}?page={odd}").status_code == 200
