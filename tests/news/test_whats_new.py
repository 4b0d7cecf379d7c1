"""What is new in a session: drafted at the desk, never over what somebody wrote, published for everybody."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.content import printing
from preau.courses.models import Edition
from preau.news.models import WhatsNew
from tests import cast
from tests.content.test_differing import changed

NEW = "/desk/thin-2/new/"
PAGE = "/fr/courses/thin/thin-2/new/"


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    """The second one, which shows another version than the first."""
    now = timezone.now()
    first = cast.edition(slug="thin-1", opens=cast.monday(now, -30))
    assert first.number == 1
    return cast.edition(slug="thin-2", opens=cast.monday(now, 2), of=changed(tmp_path))


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", course=edition.course)
    return person


def send(who: Person, path: str, **fields: str) -> Any:
    return cast.browser(who).post(path, cast.form(None, **fields))


def row() -> WhatsNew:
    return WhatsNew.objects.get()


def written(who: Person, texts: Mapping[str, str], seen: str | None = None) -> Any:
    at = max(one for one in (row().edited_at, row().drafted_at) if one)
    return send(who, NEW, save="1", seen=at.isoformat() if seen is None else seen, **texts)


def test_it_is_drafted_in_each_language_with_titles(tom: Person) -> None:
    send(tom, f"{NEW}draft/")
    assert set(row().texts) == {"fr", "en"}
    assert "- Nouveau : Nouveau" in row().texts["fr"]
    assert "Ce que demande ce parcours a changé : Classique" in row().texts["fr"]
    assert "What this track asks for has changed: Classic" in row().texts["en"]
    assert "lecon" not in row().texts["fr"]
    assert row().published_at is None
    assert cast.browser().get(PAGE).status_code == 404
    page = cast.browser(tom).get(NEW).content.decode()
    assert "<h2>Leçons</h2>" in page
    assert Entry.objects.filter(verb="new.drafted").exists()


def test_a_new_draft_leaves_alone_what_somebody_wrote(tom: Person, edition: Edition, tmp_path: Path) -> None:
    send(tom, f"{NEW}draft/")
    draft = row().texts["fr"]
    written(tom, {"fr": "À la main.", "en": row().texts["en"]})
    quiz = edition.milestones.get(key="quiz", what="due")
    later = quiz.at + timedelta(days=3)
    printing.move_date(edition, key="quiz", what="due", at=later, by=tom.pk, now=timezone.now())
    send(tom, f"{NEW}draft/")
    assert row().texts["fr"] == "À la main."
    assert "Due 3 days later" in row().texts["en"]
    assert row().drafts["fr"] != draft
    page = cast.browser(tom).get(NEW).content.decode()
    assert "<ins>- À rendre 3 jours plus tard" in page
    send(tom, f"{NEW}draft/fr/")
    assert row().texts["fr"] == row().drafts["fr"]


def test_two_people_never_write_over_each_other(tom: Person) -> None:
    send(tom, f"{NEW}draft/")
    written(tom, {"fr": "Le premier.", "en": ""})
    reply = written(tom, {"fr": "Le second.", "en": ""}, seen="2020-01-01T00:00:00+00:00")
    assert reply.status_code == 422
    assert "Le second." in reply.content.decode()
    assert "Le premier." in reply.content.decode()
    assert row().texts["fr"] == "Le premier."


def test_looking_keeps_nothing(tom: Person) -> None:
    send(tom, f"{NEW}draft/")
    page = send(tom, NEW, fr="**Fort**", en="").content.decode()
    assert "<strong>Fort</strong>" in page
    assert "Fort" not in row().texts["fr"]


def test_it_is_published_and_taken_off(tom: Person) -> None:
    send(tom, f"{NEW}publish/")
    assert not WhatsNew.objects.exclude(published_at=None).exists()  # nothing is written
    send(tom, f"{NEW}draft/")
    send(tom, f"{NEW}publish/")
    page = cast.browser().get(PAGE)
    assert page.status_code == 200
    assert "comparée à la session 1" in page.content.decode()
    assert PAGE in cast.browser().get("/fr/courses/thin/").content.decode()
    assert cast.browser().get("/fr/courses/thin/thin-1/new/").status_code == 404
    send(tom, f"{NEW}unpublish/")
    assert cast.browser().get(PAGE).status_code == 404
    assert PAGE not in cast.browser().get("/fr/courses/thin/").content.decode()
    verbs = set(Entry.objects.filter(verb__startswith="new.").values_list("verb", flat=True))
    assert verbs == {"new.drafted", "new.published", "new.unpublished"}


def test_who_was_in_a_former_session_is_told(tom: Person) -> None:
    send(tom, f"{NEW}draft/")
    send(tom, f"{NEW}publish/")
    ana, ben = cast.person("Ana"), cast.person("Ben")
    first = Edition.objects.get(slug="thin-1")
    cast.enrolment(ana, first)
    said = "Vous étiez dans la session 1"
    assert said in cast.browser(ana).get("/fr/courses/thin/").content.decode()
    assert said not in cast.browser(ben).get("/fr/courses/thin/").content.decode()
    assert said not in cast.browser().get("/fr/courses/thin/").content.decode()


def test_the_first_edition_has_nothing_to_compare_with(tom: Person) -> None:
    send(tom, "/desk/thin-1/new/draft/")
    assert not WhatsNew.objects.filter(edition__slug="thin-1").exclude(drafted_at=None).exists()
    assert cast.browser(tom).get("/desk/thin-1/new/").status_code == 200


def test_what_is_hostile_is_shown_as_text(tom: Person) -> None:
    send(tom, f"{NEW}draft/")
    written(tom, {"fr": "<script>alert(1)</script> [x](javascript:alert(1))", "en": ""})
    send(tom, f"{NEW}publish/")
    page = cast.browser().get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
