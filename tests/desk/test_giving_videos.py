"""A teacher gives a page its video at the desk: shown at once, in every language of the page; a new cut keeps what
people wrote about its words."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from preau.accounts.models import Person
from preau.content.models import Cut, MediaFile, Page, Printing, UnitText, Video
from preau.courses.models import Edition
from preau.subtitles.models import Track
from tests import cast
from tests.subtitles import stage as staging

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return cast.edition(slug="thin-1")


@pytest.fixture
def tom(edition: Edition) -> Person:
    """Teaches the whole course."""
    person = cast.person("Tom")
    cast.role(person, "teacher", course=edition.course)
    return person


def give(who: Person, name: str, content: bytes) -> Any:
    """Through the form."""
    file = SimpleUploadedFile(name, content)
    return cast.browser(who).post("/desk/thin-1/videos/give/", {**cast.form(unit="lecon"), "film": file})


def shown(edition: Edition, unit: str = "lecon") -> str:
    row = Page.objects.get(edition=edition, path__endswith=f"/fr/debut/{unit}/")
    return bytes(row.html).decode()


def test_a_page_shows_a_video_that_it_was_given(edition: Edition, tom: Person) -> None:
    assert "<video" not in shown(edition)
    reply = give(tom, "Ma vidéo.MP4", b"a film")
    assert reply.status_code == 302, reply.content.decode()
    cut = Cut.objects.get()
    assert (cut.suffix, cut.state, Video.objects.get().name) == (".mp4", "waiting", "fr/debut/lecon")
    assert f"/media/{cut.digest}.mp4" in shown(edition)
    version = Printing.objects.get(edition=edition, current=True).version
    texts = UnitText.objects.filter(version=version, unit__key="lecon")
    assert {text.meta["video"] for text in texts} == {"lecon.mp4"}
    page = cast.browser(tom).get("/desk/thin-1/videos/").content.decode()
    assert "fr/debut/lecon" in page


def test_a_new_cut_is_of_the_same_video_and_shows_its_words(tmp_path: Path) -> None:
    version = cast.version(staging.folder(tmp_path))
    edition = cast.edition(slug="thin-1", of=version)
    tom = cast.person("Tom")
    cast.role(tom, "teacher", course=edition.course)
    assert give(tom, "montage-2.webm", b"another film").status_code == 302
    assert [row.name for row in Video.objects.all()] == ["fr/debut/pert"]
    current = Printing.objects.get(edition=edition, current=True).version
    names = MediaFile.objects.filter(version=current, video__isnull=False).values_list("name", flat=True)
    assert set(names) == {"fr/debut/pert.webm", "en/debut/pert.webm"}
    assert 'srclang="fr"' in shown(edition)
    assert Track.objects.filter(language="fr").count() == 1


def test_the_same_again_changes_nothing(edition: Edition, tom: Person) -> None:
    give(tom, "film.mp4", b"a film")
    versions = edition.course.versions.count()
    assert give(tom, "film.mp4", b"a film").status_code == 302
    assert edition.course.versions.count() == versions
    assert Cut.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"), [("notes.txt", b"text"), ("film.mp4", b""), ("film", b"a film"), ("film.m3u8", b"#EXTM3U")]
)
def test_what_is_no_video_is_refused_with_a_sentence(edition: Edition, tom: Person, name: str, content: bytes) -> None:
    versions = edition.course.versions.count()
    reply = give(tom, name, content)
    assert reply.status_code == 422
    assert "errorlist" in reply.content.decode()
    assert edition.course.versions.count() == versions
    assert not Cut.objects.exists()


def test_whoever_teaches_one_edition_only_gives_no_video(edition: Edition) -> None:
    paul = cast.person("Paul")
    cast.role(paul, "teacher", edition=edition)
    assert give(paul, "film.mp4", b"a film").status_code == 404
    assert "videos/give/" not in cast.browser(paul).get("/desk/thin-1/videos/").content.decode()
