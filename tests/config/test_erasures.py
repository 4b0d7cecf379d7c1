"""The ledger of erased people: whoever is erased is in it, whatever was cut."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts import actions
from preau.accounts.models import ErasureRecord
from preau.common.ids import new_id
from preau.config import erasures
from tests import cast

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def state(settings: Any, tmp_path: Path) -> Path:
    settings.STATE = tmp_path
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_in_it_at_once() -> None:
    ana = cast.person("Ana")
    actions.erase(ana, by=ana.pk, now=timezone.now())
    assert set(erasures.read(erasures.path())) == {ana.pk}
    assert "Ana" not in erasures.path().read_text()
    assert erasures.path().stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_what_a_kill_left_out_is_caught_up_once() -> None:
    pk = new_id()
    ErasureRecord.objects.create(person_id=pk, asked_at=AT)
    assert not erasures.path().exists()
    erasures.catch_up()
    erasures.catch_up()
    assert erasures.read(erasures.path()) == {pk: AT}
    assert len(erasures.path().read_text().splitlines()) == 1


def test_a_line_that_a_kill_cut_loses_only_itself() -> None:
    one, two = new_id(), new_id()
    erasures.append({one: AT})
    with erasures.path().open("a") as ledger:
        ledger.write('{"person": "0198')
    erasures.append({two: AT})
    assert set(erasures.read(erasures.path())) == {one, two}


def test_a_ledger_that_is_given_must_be_readable(tmp_path: Path) -> None:
    given = tmp_path / "given.jsonl"
    given.write_text('{"person": "nobody", "at": "never"}\n')
    with pytest.raises(erasures.BadLedger, match="line 1"):
        erasures.read(given, strict=True)
    assert erasures.read(given) == {}


def test_the_first_time_said_stands() -> None:
    pk, later = new_id(), datetime(2026, 5, 2, tzinfo=UTC)
    assert erasures.union([{pk: later}, {pk: AT}, {}]) == {pk: AT}
