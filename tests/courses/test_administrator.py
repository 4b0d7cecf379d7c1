"""The first administrator comes from the command line."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses import access
from tests import cast

pytestmark = pytest.mark.django_db


def test_an_account_is_made_and_runs_the_site(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("administrator", "Dora@Example.org", name="Dora")
    password = capsys.readouterr().out.split(": ")[1].split("\n")[0]
    dora = Person.objects.get(email="dora@example.org")
    assert dora.check_password(password)
    assert access.administrator(dora, now=timezone.now()) == dora


def test_somebody_known_keeps_their_password() -> None:
    ana = cast.person("Ana")
    call_command("administrator", "ana@example.org")
    call_command("administrator", "ana@example.org")
    ana.refresh_from_db()
    assert ana.check_password(cast.PASSWORD)
    assert access.live_roles(ana, timezone.now()).count() == 1


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(CommandError):
        call_command("administrator", "dora")
