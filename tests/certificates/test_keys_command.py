"""The ceremony's command: what it lists, and how a key is changed."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.certificates import issuer, keys, seal
from preau.certificates.management.commands.issuer_keys import Command
from preau.certificates.models import Award, IssuerKey, SealKey
from preau.courses.models import Enrolment
from tests.certificates import holding
from tests.certificates.holding import NOW


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    return holding.certified(ana_enrolment, rita)


def run(typed: str, monkeypatch: pytest.MonkeyPatch, **options: Any) -> str:
    monkeypatch.setattr(Command, "typed", lambda self: typed)
    out = StringIO()
    call_command("issuer_keys", stdout=out, **options)
    return out.getvalue()


def mark(which: str) -> str:
    if which == "issuer":
        return keys.fingerprint(bytes(IssuerKey.objects.get(until=None).public))
    return keys.grouped(seal.fingerprint(SealKey.objects.get(until=None).certificate.encode()))


def test_it_lists_what_is_read_aloud(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run("", monkeypatch)
    assert issuer.document()["id"] in said
    assert "#key-1, since 2026-" in said
    assert "in use; documents signed: 1" in said
    assert mark("issuer") in said
    assert mark("seal") in said
    assert "its certificate ends 2036-" in said


@pytest.mark.parametrize("which", ["issuer", "seal"])
def test_a_key_is_retired_once_its_fingerprint_was_typed(
    award: Award, dora: Person, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    former = mark(which)
    options = {"rotate": which, "by": "DORA@example.org", "reason": "Départ de l’administrateur"}
    said = run(former[:4], monkeypatch, **options)
    new = mark(which)
    assert new != former
    assert {former, new} <= {line.strip() for line in said.splitlines()}
    line = Entry.objects.get(verb=f"{which}_key.rotated")
    assert (line.person_id, line.details) == (
        dora.pk,
        {"reason": "Départ de l’administrateur", "former": former, "new": new},
    )
    assert len(issuer.document()["verificationMethod"]) == (2 if which == "issuer" else 1)


@pytest.mark.parametrize("typed", ["", "zzzz"])
def test_typed_wrong_nothing_is_changed(
    award: Award, dora: Person, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    before = mark("issuer")
    with pytest.raises(CommandError, match="nothing was changed"):
        run(typed, monkeypatch, rotate="issuer", by=dora.email, reason="Un essai")
    assert mark("issuer") == before
    assert not Entry.objects.filter(verb="issuer_key.rotated").exists()


@pytest.mark.parametrize("options", [{}, {"by": "dora@example.org"}, {"by": "nobody@example.org", "reason": "x"}])
def test_the_journal_needs_a_name_and_a_reason(
    award: Award, dora: Person, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    with pytest.raises(CommandError, match="--by"):
        run(mark("issuer")[:4], monkeypatch, rotate="issuer", **options)


def test_a_seal_of_the_schools_own_is_not_changed_here(
    award: Award, dora: Person, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PREAU_SEAL_KEY = seal.new_seal("L’École", NOW)[0].decode()
    with pytest.raises(CommandError, match="PREAU_SEAL_KEY"):
        run("", monkeypatch, rotate="seal", by=dora.email, reason="Un essai")


def test_where_there_is_no_key_there_is_none_to_retire(dora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no such key"):
        run("", monkeypatch, rotate="issuer", by=dora.email, reason="Un essai")


def test_a_new_seal_bears_the_name_of_the_former_one_unless_said(
    award: Award, dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = SealKey.objects.get()
    options = {"rotate": "seal", "by": dora.email, "reason": "Un autre nom"}
    run(mark("seal")[:4], monkeypatch, **options)
    said = run(mark("seal")[:4], monkeypatch, school="Une autre École", **options)
    assert "CN=Une autre École" in said
    assert SealKey.objects.filter(until=None).count() == 1
    assert SealKey.objects.exclude(pk=former.pk).count() == 2
