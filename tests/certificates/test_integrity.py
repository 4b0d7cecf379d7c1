import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.certificates import contexts, did, integrity, keys

Json = dict[str, Any]

SEED = bytes(range(32))
PUBLIC = keys.public_of(SEED)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
METHOD = "did:web:school.example#key-1"
SUITE = "vc-vectors/TestVectors/eddsa-rdfc-2022"


def badge(**changes: Any) -> Json:
    document: Json = {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES],
        "id": "https://school.example/verify/abc",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "École d'été"},
        "validFrom": "2026-11-24T09:30:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "creditsEarned": 2,
            "achievement": {
                "id": "https://school.example/a",
                "type": ["Achievement"],
                "name": "Gestion de projet",
                "description": "Un cours.",
                "criteria": {"narrative": "Réussir."},
            },
        },
    }
    return document | changes


def examples_context() -> Json:
    return {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}


def context_of_canonical_form(text: str) -> Json:
    """A context that maps each local name of a canonical form to its address: for a published context we do not hold.

    Every predicate and class of the vector, with the literal's datatype, so that the vector's JSON expands to the
    vector's statements and to nothing else; terms of the credentials context are left to it.
    """
    terms: Json = {}
    for line in text.splitlines():
        predicate, value = re.fullmatch(r"\S+ <(\S+)> (.+) \.", line).groups()  # type: ignore[union-attr]
        if predicate.endswith("#type"):
            terms[re.split("[#/]", value.strip("<>"))[-1]] = value.strip("<>")
        elif "credentials#" not in predicate and not predicate.endswith(("/name", "/description")):
            kind = re.search(r"\^\^<(.+)>$", value)
            coercion = {"@type": kind[1]} if kind else {} if value.startswith(('"', "_:")) else {"@type": "@id"}
            terms[re.split("[#/]", predicate)[-1]] = {"@id": predicate} | coercion
    terms.pop("VerifiableCredential", None)
    return {"@context": terms}


def vector(inputs: Path, name: str) -> tuple[Path, Json, Json, contexts.Loader]:
    folder = inputs / SUITE / name
    signed = json.loads((folder / "signedDataInt.json").read_text())
    options = json.loads((folder / "proofConfigDataInt.json").read_text())
    built = context_of_canonical_form((folder / "canonDocDataInt.txt").read_text())
    load = contexts.load_with(
        {
            "https://www.w3.org/ns/credentials/examples/v2": examples_context(),
            "https://w3id.org/citizenship/v4rc1": built,
        }
    )
    return folder, signed, options, load


@pytest.mark.inputs
@pytest.mark.parametrize("name", ["", "employ"])
def test_the_w3c_vector_is_reproduced_bit_for_bit(inputs: Path, name: str) -> None:
    folder, signed, options, load = vector(inputs, name)
    document = {member: value for member, value in signed.items() if member != "proof"}
    pair = json.loads((inputs / "vc-vectors/TestVectors/keyPair.json").read_text())

    first, second = integrity.hashes(document, options, load)
    assert first.hex() == (folder / "proofHashDataInt.txt").read_text()
    assert second.hex() == (folder / "docHashDataInt.txt").read_text()
    assert (first + second).hex() == (folder / "combinedHashDataInt.txt").read_text()
    assert hashlib.sha256((folder / "canonDocDataInt.txt").read_bytes()).digest() == second

    seed = keys.from_secret_multikey(pair["privateKeyMultibase"])
    created = integrity.parse_timestamp(options["created"])
    ours = integrity.sign(document, seed, options["verificationMethod"], created, load)
    assert ours["proof"] == [signed["proof"]]
    assert ours["proof"][0]["proofValue"] == (folder / "sigBTC58DataInt.txt").read_text()
    integrity.check(signed, keys.from_multikey(pair["publicKeyMultibase"]), load=load)


@pytest.mark.inputs
@pytest.mark.parametrize("name", ["simple.json", "endorsement-valid.json"])
def test_a_credential_signed_by_1edtech_holds(inputs: Path, name: str) -> None:
    document = json.loads((inputs / "openbadges3" / name).read_text())
    method = document["proof"][0]["verificationMethod"]
    integrity.check(document, keys.from_multikey(method.partition("#")[2]))


def test_what_is_signed_is_checked_and_the_original_is_untouched() -> None:
    document = badge()
    signed = integrity.sign(document, SEED, METHOD, NOW)
    assert "proof" not in document
    assert isinstance(signed["proof"], list)
    integrity.check(signed, PUBLIC)
    integrity.check(signed | {"proof": signed["proof"][0]}, PUBLIC)


def test_another_key_is_refused() -> None:
    signed = integrity.sign(badge(), SEED, METHOD, NOW)
    with pytest.raises(integrity.Invalid, match="does not match"):
        integrity.check(signed, keys.public_of(bytes(32)))


@given(credits=st.sampled_from([1, 3, 2.5, 0.1, 1e3, 30]), name=st.text(min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_name_and_any_credits_survive_a_round_trip_through_json(credits: float, name: str) -> None:
    document = badge(name=name)
    document["credentialSubject"]["creditsEarned"] = credits
    try:
        signed = integrity.sign(document, SEED, METHOD, NOW)
    except integrity.Invalid:
        assert any(0xD800 <= ord(character) <= 0xDFFF for character in name)
        return
    integrity.check(json.loads(json.dumps(signed)), PUBLIC)


@pytest.mark.parametrize(
    "path",
    [("name",), ("validFrom",), ("issuer", "name"), ("credentialSubject", "achievement", "criteria", "narrative")],
)
def test_a_changed_member_is_refused(path: tuple[str, ...]) -> None:
    signed = integrity.sign(badge(name="Certificat"), SEED, METHOD, NOW)
    place = signed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "2020-01-01T00:00:00Z"
    with pytest.raises(integrity.Invalid, match="does not match"):
        integrity.check(signed, PUBLIC)


def test_a_changed_proof_option_is_refused() -> None:
    signed = integrity.sign(badge(), SEED, METHOD, NOW)
    signed["proof"][0]["created"] = "2020-01-01T00:00:00Z"
    with pytest.raises(integrity.Invalid, match="does not match"):
        integrity.check(signed, PUBLIC)


def test_an_undefined_term_is_neither_signed_nor_accepted() -> None:
    with pytest.raises(integrity.Invalid, match="no pinned context defines"):
        integrity.sign(badge(mention="très bien"), SEED, METHOD, NOW)
    signed = integrity.sign(badge(), SEED, METHOD, NOW)
    with pytest.raises(integrity.Invalid, match="no pinned context defines"):
        integrity.check(signed | {"mention": "très bien"}, PUBLIC)


def test_a_member_respelled_by_its_address_is_refused() -> None:
    signed = integrity.sign(badge(validUntil="2020-01-01T00:00:00Z"), SEED, METHOD, NOW)
    del signed["validUntil"]
    address = "https://www.w3.org/2018/credentials#validUntil"
    signed[address] = {"@value": "2020-01-01T00:00:00Z", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    with pytest.raises(integrity.Invalid):
        integrity.check(signed, PUBLIC)


@pytest.mark.parametrize(
    "context",
    [
        [contexts.CREDENTIALS, "https://attacker.example/context.json"],
        [contexts.CREDENTIALS, {"@vocab": "https://attacker.example/"}],
        [contexts.OPEN_BADGES, contexts.CREDENTIALS],
        [],
        None,
        "file:///etc/passwd",
        [contexts.CREDENTIALS, "http://["],
    ],
)
def test_a_context_we_do_not_carry_is_refused(context: Any) -> None:
    with pytest.raises(integrity.Invalid):
        integrity.sign(badge(**{"@context": context}), SEED, METHOD, NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"proofPurpose": "authentication"}, "another purpose"),
        ({"cryptosuite": "eddsa-jcs-2022"}, "not of the kind"),
        ({"type": ["DataIntegrityProof"]}, "not of the kind"),
        ({"verificationMethod": 7}, "names no key"),
        ({"proofValue": "z0OIl"}, "no readable signature"),
        ({"proofValue": "z" + "1" * 100_000}, "no readable signature"),
        ({"proofValue": None}, "no readable signature"),
        ({"created": "yesterday"}, "malformed"),
        ({"expires": "2026-11-24"}, "malformed"),
        ({"expires": "2026-11-24T09:29:59Z"}, "expired"),
        ({"@context": contexts.DATA_INTEGRITY}, "a context of its own"),
    ],
)
def test_a_proof_of_the_wrong_form_says_why(change: Json, reason: str) -> None:
    signed = integrity.sign(badge(), SEED, METHOD, NOW)
    signed["proof"][0] |= change
    with pytest.raises(integrity.Invalid, match=reason):
        integrity.check(signed, PUBLIC, now=NOW)


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ([], "no proof"),
        (None, "no proof"),
        ("x", "not a JSON object"),
        ([{}, {}], "2 proofs"),
        ([[]], "not a JSON object"),
    ],
)
def test_a_document_without_exactly_one_proof_is_refused(proof: Any, reason: str) -> None:
    with pytest.raises(integrity.Invalid, match=reason):
        integrity.check(badge(proof=proof), PUBLIC)


def test_a_signed_document_is_not_signed_again() -> None:
    with pytest.raises(integrity.Invalid, match="already"):
        integrity.sign(integrity.sign(badge(), SEED, METHOD, NOW), SEED, METHOD, NOW)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(integrity.Invalid, match="zone"):
        integrity.sign(badge(), SEED, METHOD, NOW.replace(tzinfo=None))


def test_a_graph_made_to_take_for_ever_is_refused() -> None:
    names = [f"_:b{number}" for number in range(12)]
    clique = [{"id": one, "type": ["Evidence"], "evidence": [n for n in names if n != one]} for one in names]
    signed = integrity.sign(badge(), SEED, METHOD, NOW)
    with pytest.raises(integrity.Invalid):
        integrity.check(signed | {"evidence": clique}, PUBLIC)


@given(data=st.binary(max_size=60))
def test_base58_has_an_inverse(data: bytes) -> None:
    assert keys.unbase58(keys.base58(data)) == data


def test_keys_go_through_each_of_their_forms() -> None:
    assert keys.from_multikey(keys.multikey(PUBLIC)) == PUBLIC
    assert keys.public_from_pem(keys.public_to_pem(PUBLIC)) == PUBLIC
    assert keys.private_from_pem(keys.private_to_pem(SEED)) == SEED
    assert len(keys.new_private_key()) == 32
    assert keys.fingerprint(PUBLIC).count(" ") == 15


@pytest.mark.parametrize(
    "text", ["", "z", "m123", "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "z" + "2" * 5000]
)
def test_a_text_that_is_no_ed25519_key_is_refused(text: str) -> None:
    with pytest.raises(keys.BadKey):
        keys.from_multikey(text)


@pytest.mark.parametrize(
    ("site", "expected", "path"),
    [
        ("https://mooc.example.org", "did:web:mooc.example.org", "/.well-known/did.json"),
        ("http://127.0.0.1:8000/", "did:web:127.0.0.1%3A8000", "/.well-known/did.json"),
        ("https://Example.ORG:8443/préau/a", "did:web:example.org%3A8443:pr%C3%A9au:a", "/préau/a/did.json"),
    ],
)
def test_the_did_comes_from_the_address_of_the_site(site: str, expected: str, path: str) -> None:
    assert did.did_of(site) == expected
    assert did.document_path(site) == path


@pytest.mark.parametrize("site", ["", "/relative", "ftp://example.org", "https://"])
def test_an_address_without_a_host_has_no_did(site: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        did.did_of(site)


def test_the_did_document_keeps_retired_keys_and_names_each_in_full() -> None:
    name = "did:web:school.example"
    old, new = keys.public_of(bytes(32)), PUBLIC
    records = [
        did.PublicKeyRecord("key-2", new, NOW),
        did.PublicKeyRecord("key-1", old, NOW - timedelta(days=400), NOW),
    ]
    document = did.did_document(name, records)
    assert document["@context"][0] == "https://www.w3.org/ns/did/v1"
    assert document["assertionMethod"] == [f"{name}#key-1", f"{name}#key-2"]
    assert {method["type"] for method in document["verificationMethod"]} == {"Multikey"}
    assert {method["controller"] for method in document["verificationMethod"]} == {name}
    assert did.public_key(document, f"{name}#key-1") == old
    assert did.public_key(document, f"{name}#key-2") == new


def test_a_key_that_may_not_assert_is_refused() -> None:
    name = "did:web:school.example"
    document = did.did_document(name, [did.PublicKeyRecord("key-1", PUBLIC, NOW)])
    method = document["verificationMethod"][0]
    for changed in (
        document | {"assertionMethod": []},
        document | {"assertionMethod": "x", "verificationMethod": None},
        document | {"verificationMethod": []},
        document | {"id": "did:web:other.example"},
        document | {"verificationMethod": [method | {"controller": "did:web:other.example"}]},
        document | {"verificationMethod": [method | {"revoked": "2026-01-01T00:00:00Z"}]},
        document | {"verificationMethod": [method | {"publicKeyMultibase": 3}]},
    ):
        with pytest.raises(did.NoKey):
            did.public_key(changed, f"{name}#key-1")


def test_two_keys_of_one_name_are_refused() -> None:
    record = did.PublicKeyRecord("key-1", PUBLIC, NOW)
    with pytest.raises(ValueError, match="same name"):
        did.did_document("did:web:school.example", [record, record])


def test_every_pinned_context_is_installed_with_the_pinned_bytes() -> None:
    found = contexts.index()
    assert set(contexts.ISSUED) <= set(found)
    assert all("@context" in json.loads(data) for data in found.values())


def test_an_unknown_context_is_never_looked_for() -> None:
    for url in ("https://example.org/", contexts.CREDENTIALS + "/", contexts.CREDENTIALS.upper(), "file:///etc/passwd"):
        with pytest.raises(contexts.UnknownContext):
            contexts.load(url)


def test_the_exported_folder_lists_every_context_by_address(tmp_path: Path) -> None:
    target = contexts.export_contexts(tmp_path / "contexts", "https://school.example/")
    names = json.loads(target.read_text())
    ours = {f"https://school.example{path}" for path in contexts.OURS}
    assert set(names) == {*contexts.ISSUED, *ours}
    assert all("@context" in json.loads((target.parent / name).read_bytes()) for name in names.values())
