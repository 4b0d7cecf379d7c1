"""After an upgrade, what editions show is compiled again: all of an edition's pages or none, and once."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from preau.audit import journal
from preau.config import worker
from preau.content import compiling, fingerprint, printing
from preau.content.models import Page, Printing
from preau.courses.models import Edition
from tests import cast

LESSON = "/e/thin-1/fr/debut/lecon/"
document = compiling.document


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Another release, whose pages differ where the name of the style sheet stands."""

    def install(release: str) -> None:
        monkeypatch.setattr(fingerprint, "current", lambda: release)
        monkeypatch.setattr(compiling, "document", lambda *given: document(*given) + f"<!-- {release} -->")

    return install


def digests() -> dict[str, str]:
    return dict(Page.objects.values_list("path", "digest"))


def test_a_fresh_printing_is_not_behind(edition: Edition) -> None:
    assert Printing.objects.get().compiled_with == fingerprint.current()
    assert printing.behind() == []


def test_an_upgrade_leaves_every_printing_behind_until_it_is_done_again(
    edition: Edition, upgrade: Callable[[str], None]
) -> None:
    upgrade("next")
    assert printing.behind() == [edition]
    before = digests()
    changed = printing.reprint(edition, now=cast.MONDAY)
    assert sorted(changed) == sorted(before)
    assert all(before[path] != digest for path, digest in digests().items())
    assert all(b"<!-- next -->" in bytes(html) for html in Page.objects.values_list("html", flat=True))
    assert printing.behind() == []
    assert Printing.objects.count() == 1


def test_what_a_release_without_account_of_it_printed_is_behind(edition: Edition) -> None:
    Printing.objects.update(compiled_with=None)
    assert printing.behind() == [edition]


def test_pages_that_come_out_the_same_are_left_alone(edition: Edition) -> None:
    Printing.objects.update(compiled_with="former")
    keys, revision = dict(Page.objects.values_list("path", "pk")), edition.revision
    assert printing.reprint(edition, now=cast.MONDAY) == []
    assert dict(Page.objects.values_list("path", "pk")) == keys
    edition.refresh_from_db()
    assert edition.revision == revision
    assert printing.behind() == []
    assert "edition.reprinted" not in {line.verb for line in journal.about("edition", edition.pk)}


@pytest.mark.django_db(transaction=True)
def test_the_shelf_follows(upgrade: Callable[[str], None]) -> None:
    edition = cast.edition()
    upgrade("next")
    printing.reprint(edition, now=cast.MONDAY)
    shown = json.loads((Path(settings.PAGES_ROOT) / "manifest.json").read_text())
    assert {path: entry[0] for path, entry in shown.items()} == digests()


def test_a_kill_in_the_middle_leaves_the_old_pages_and_the_work_to_do(
    edition: Edition, upgrade: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade("next")
    before, saved = digests(), Page.save

    def killed(page: Page, **how: Any) -> None:
        if page.path == LESSON:
            raise SystemExit
        saved(page, **how)

    monkeypatch.setattr(Page, "save", killed)
    with pytest.raises(SystemExit):
        printing.reprint(edition, now=cast.MONDAY)
    assert digests() == before
    assert printing.behind() == [edition]
    monkeypatch.setattr(Page, "save", saved)
    assert len(printing.reprint(edition, now=cast.MONDAY)) == len(before)


def test_a_printing_meanwhile_is_not_undone(
    edition: Edition, upgrade: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade("next")
    at = cast.monday(cast.MONDAY, 3)
    made: list[bool] = []

    def compiled(*given: Any) -> str:
        if not made:
            made.append(True)
            printing.move_date(edition, key="quiz", what="due", at=at, by=cast.person("Dora").pk, now=cast.MONDAY)
        return document(*given) + "<!-- next -->"

    monkeypatch.setattr(compiling, "document", compiled)
    printing.reprint(edition, now=cast.MONDAY)
    shown = digests()
    assert printing.recompile(edition) == []
    assert digests() == shown


def test_the_command_says_what_changed(edition: Edition, upgrade: Callable[[str], None]) -> None:
    upgrade("next")
    said = StringIO()
    call_command("reprint", "thin-1", stdout=said)
    assert f"thin-1: {len(digests())} pages changed\n" in said.getvalue()
    assert f"  {LESSON}\n" in said.getvalue()
    said = StringIO()
    call_command("reprint", stdout=said)
    assert said.getvalue() == "thin-1: 0 pages changed\n"


def test_the_command_refuses_an_edition_that_is_not(edition: Edition, upgrade: Callable[[str], None]) -> None:
    upgrade("next")
    with pytest.raises(CommandError, match="nowhere"):
        call_command("reprint", "thin-1", "nowhere")
    assert printing.behind() == [edition]


def test_the_worker_takes_one_edition_at_a_time_and_goes_on_after_one_that_fails(
    edition: Edition, upgrade: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = edition.course.versions.get()
    cast.edition(slug="thin-2", opens=cast.monday(timezone.now()), of=version)
    upgrade("next")
    behind = printing.behind()
    assert [row.slug for row in behind] == ["thin-2", "thin-1"]
    Printing.objects.filter(edition__slug="thin-2").delete()  # gone meanwhile: it cannot be printed
    worker.reprint_next(behind)
    assert printing.behind() == [edition]
    worker.reprint_next(behind)
    assert printing.behind() == []
    worker.reprint_next(behind)
