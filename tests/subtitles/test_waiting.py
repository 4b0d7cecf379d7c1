"""What waits is counted where it is looked for: over the cuts of a video, and in translations that were only begun."""

import pytest

from preau.content import showing
from preau.subtitles import proposals, standing
from preau.subtitles.models import Suggestion, Track
from preau.subtitles.proposals import Waiting
from tests import cast
from tests.subtitles.stage import FRENCH, RECUT, Stage, vtt

pytestmark = pytest.mark.django_db


def of(stage: Stage, language: str) -> standing.Standing | None:
    """A language as the desk shows it."""
    version = stage.edition.printings.get(current=True).version_id
    rows = standing.of_version(showing.videos(version))[stage.video]
    return next((row for row in rows if row.track.language == language), None)


def test_what_was_proposed_on_a_former_cut_is_still_counted(stage: Stage) -> None:
    ana = stage.learner("Ana")
    stage.suggest(ana, 1, "On commence.")
    stage.suggest(ana, 2, "", kind="unclear", comment="Le bruit.")
    stage.deliver({"pert.fr.vtt": vtt(*FRENCH, first=5000)}, RECUT)
    french = of(stage, "fr")
    assert french is not None
    assert (french.waits, french.former) == (Waiting(1, 1), False)
    page = cast.browser(ana).get(f"/e/{stage.edition.slug}/videos/").content.decode()
    assert "2 propositions" in page


def test_a_new_cut_without_a_file_says_whose_times_it_shows(stage: Stage) -> None:
    stage.deliver({}, RECUT)
    french = of(stage, "fr")
    assert french is not None
    assert french.former
    tom = cast.person("Teacher")
    cast.role(tom, "teacher", course=stage.edition.course)
    page = cast.browser(tom).get(f"/desk/{stage.edition.slug}/videos/").content.decode()
    assert "moments d’un montage précédent" in page


def test_a_translation_begins_with_its_first_line_and_is_found_before_one_stands(stage: Stage) -> None:
    stage.deliver({"pert.fr.vtt": vtt(*FRENCH)}, RECUT)
    Track.objects.filter(language="en").delete()
    ana = cast.browser(stage.learner("Ana"))
    address = f"{stage.base}en/translate/"
    assert ana.get(address).status_code == 200
    assert not Track.objects.filter(language="en").exists(), "looking makes nothing"
    line = cast.form(text="Hello.", base="0", of="1", propose="1")
    assert ana.post(f"{address}{stage.key(0)}/", line).status_code == 302
    english = of(stage, "en")
    assert english is not None
    assert (english.lines, english.waits) == (0, Waiting(1, 0))
    assert ana.get(f"{stage.base}en/suggestions/").status_code == 200
    assert 'hreflang="en"' not in cast.script().get(f"{stage.base}fr/").content.decode(), "readers are offered none"


def test_a_suggestion_of_who_left_is_read_without_what_they_took_along(stage: Stage) -> None:
    ana = stage.learner("Ana")
    row = stage.suggest(ana, 1, "", kind="timing", start=2100, end=3900)
    Suggestion.objects.filter(pk=row.pk).update(author=None, proposal=[], state="withdrawn")
    assert cast.browser(stage.learner("Ben")).get(f"{stage.base}suggestion/{row.pk}/").status_code == 200


@pytest.mark.parametrize("base", ["²", "٣", "-1", "x", ""])
def test_a_base_that_is_no_number_is_refused(stage: Stage, base: str) -> None:
    form = cast.form(kind="words", base=base, text="On commence.")
    reply = cast.script(stage.learner("Ana")).post(f"{stage.base}fr/cue/{stage.key(1)}/suggest/", form)
    assert reply.status_code in (200, 422)
    if reply.status_code == 422:
        assert "On commence." in reply.content.decode(), "what was typed is kept"


def test_nothing_waits_where_nobody_proposed(stage: Stage) -> None:
    assert proposals.waiting([stage.video]) == {}
