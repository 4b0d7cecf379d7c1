"""What every drill gets: a home of its own, quickly."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from preau.config import command
from tests.faults import home
from tests.faults.home import Mould
from tests.faults.site import Site


@pytest.fixture(scope="session")
def mould(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mould]:
    """Made once in a process of the suite; the static files are collected once in all of them. Drills carry the marker
    `django_db`, or the suite would migrate no database when they run alone."""
    command.collect_static()
    static, tested = Path(settings.STATIC_ROOT).resolve(), str(connection.settings_dict["NAME"])
    connection.close()
    if home.ON_POSTGRESQL:
        connection.close_pool()  # type: ignore[attr-defined]
        url = os.environ["DATABASE_URL"]
        name = home.of_postgresql(url, tested)
        yield Mould(url, name, Path(), static)
        home.drop(url, name)
    else:
        file = tmp_path_factory.mktemp("mould") / "preau.sqlite3"
        home.of_sqlite(Path(tested), file)
        yield Mould("", "", file, static)


@pytest.fixture
def site(mould: Mould, tmp_path: Path) -> Iterator[Site]:
    """A state folder and a migrated database of the drill's own; nothing is served yet."""
    with mould.home(tmp_path / "home") as made:
        yield made
