"""What every test gets without asking: real rows, no network, no undefined variable, no inline script, a shelf of
its own."""

import logging
import os
import random
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db.models.query import QuerySet
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import Settings

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment, Role
from tests import cast

# No example is too slow: the machine may be busy.
examples.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("steady")

# Where Python writes no bytecode (containers say so), every process that a test starts would compile Django again.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(django_settings.STATE, "bytecode").resolve())


@pytest.fixture
def now() -> datetime:
    """Wednesday of the thin edition's first week."""
    return datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition()


@pytest.fixture
def ana(edition: Edition) -> Person:
    """Learns in the edition, on the classic track."""
    person = cast.person("Ana")
    cast.enrolment(person, edition)
    return person


@pytest.fixture
def ana_enrolment(ana: Person, edition: Edition) -> Enrolment:
    return Enrolment.objects.select_related("person", "edition__course", "track").get(person=ana, edition=edition)


@pytest.fixture
def ben(edition: Edition) -> Person:
    """Learns in another edition of the same course."""
    person = cast.person("Ben")
    version = edition.course.versions.get()
    cast.enrolment(person, cast.edition(slug="thin-2", of=version))
    return person


@pytest.fixture
def tom(edition: Edition) -> Person:
    """Teaches the edition."""
    person = cast.person("Tom")
    cast.role(person, Role.Kind.TEACHER, edition=edition)
    return person


@pytest.fixture
def rita(edition: Edition) -> Person:
    """Registrar of the edition."""
    person = cast.person("Rita")
    cast.role(person, Role.Kind.REGISTRAR, edition=edition)
    return person


@pytest.fixture
def dora(db: None) -> Person:
    """Runs the site."""
    person = cast.person("Dora")
    cast.role(person, Role.Kind.ADMINISTRATOR)
    return person


@pytest.fixture
def inputs() -> Path:
    """The real inputs; the test must carry the marker `inputs`."""
    root = Path(os.environ["PREAU_INPUTS"])
    return root if root.is_absolute() else Path(django_settings.ROOT) / root


DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, and say so, what this database or this machine cannot run, and what the other run has told already:
    what touches no database runs on SQLite, the journeys of a browser on PostgreSQL."""
    engine = "postgresql" if "postgresql" in django_settings.DATABASES["default"]["ENGINE"] else "sqlite"
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[engine]
    given = os.environ.get("PREAU_INPUTS", "")
    root = Path(given) if Path(given).is_absolute() else Path(django_settings.ROOT) / given
    without = {other} | (set() if given and root.is_dir() else {"inputs"})
    without |= {"browser"} if engine == "sqlite" else set()
    dropped = [
        item
        for item in items
        if any(item.get_closest_marker(name) for name in without)
        or (engine == "postgresql" and not touches_database(item))
    ]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


def touches_database(item: pytest.Item) -> bool:
    """Does a test need a database? pytest-django gives none to a test that does not ask, so this is no guess; what
    kills processes gives them one of their own."""
    asked = DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(asked) or any(item.get_closest_marker(name) for name in ("django_db", "faults", "postgresql"))


@pytest.fixture(autouse=True)
def own_state(settings: Settings, tmp_path: Path) -> None:
    """Files of a test stay in its own folder; static files need no collecting, and passwords no second of work."""
    settings.PAGES_ROOT = tmp_path / "pages"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Limits on signing in count from nothing in each test."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_undefined_variable(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A variable that a template of ours uses and nobody gave fails the test."""
    logger = logging.getLogger("django.template")
    logger.setLevel(logging.DEBUG)
    yield
    missing = [r for r in caplog.get_records("call") if r.name == "django.template" and "resolving variable" in r.msg]
    ours = [r.getMessage() for r in missing if not _foreign_template(r)]
    assert not ours, "\n".join(ours)


def _foreign_template(record: logging.LogRecord) -> bool:
    name = str(record.args[1]) if isinstance(record.args, tuple) and len(record.args) > 1 else ""
    return name.startswith(("django/", "allauth/", "registration/"))


DATA = rb"\stype=\"application/ld\+json\""  # what machines read of a page: never run
INLINE = re.compile(
    rb"<[^>]*\son[a-z]+\s*=|<[^>]*\sstyle\s*=|<script(?![^>]*\ssrc=|" + DATA + rb">)[^>]*>|<style", re.IGNORECASE
)


@pytest.fixture(autouse=True)
def no_inline_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page of ours carries an inline script or style: the CSP would refuse it in front of a learner."""
    request = Client.request

    def checked(self: Client, **environ: Any) -> Any:
        response = request(self, **environ)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            found = INLINE.search(response.content)
            assert found is None, f"inline script or style: {found.group(0)[:120]!r}" if found else ""
        return response

    monkeypatch.setattr(Client, "request", checked)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nothing leaves the machine: only this one's own addresses can be connected to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def shuffled_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that were not ordered come in any order: whoever relies on one must ask for it."""
    fetch = QuerySet._fetch_all

    def shuffle(self: QuerySet[Any]) -> None:
        fresh = self._result_cache is None
        fetch(self)
        if fresh and self._result_cache and not self.ordered and not self.query.is_sliced:
            random.Random(len(self._result_cache)).shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffle)
