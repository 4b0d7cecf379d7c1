"""A mail goes to a real mail server, which pipes it into `./preau manage incoming` as an installation's does."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from preau.config import processes
from preau.config.setup import ROOT
from tests.faults.home import Mould
from tests.faults.site import HOST, PATIENCE, Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

MANAGE = [sys.executable, "-P", "-m", "django"]
FOUND = "SELECT subject, text, sender FROM support_entry JOIN support_request ON request_id = support_request.id"


class Pipe:
    """A mail server's delivery agent: what the command's exit code means to it, it answers to the sender."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.said: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        command = [*MANAGE, "incoming", "--recipient", envelope.rcpt_tos[0]]
        done = subprocess.run(command, input=envelope.content, env=self.env, cwd=ROOT, capture_output=True)
        self.said.append(done.stderr.decode())
        return {0: "250 taken", 75: "451 come back later"}.get(done.returncode, "554 failed")


@pytest.fixture
def site(mould: Mould, tmp_path: Path) -> Iterator[Site]:
    with mould.home(tmp_path / "home", more={"REPLY_ADDRESS": "team@mooc.test"}) as made:
        yield made


@pytest.fixture
def server(site: Site) -> Iterator[tuple[Pipe, int]]:
    handler = Pipe(site.env)
    controller = Controller(handler, hostname=HOST, port=processes.free_port(), ready_timeout=PATIENCE)
    controller.start()
    yield handler, controller.port
    controller.stop()


def send(port: int, message: EmailMessage, recipient: str = "team@mooc.test") -> None:
    with smtplib.SMTP(HOST, port, timeout=PATIENCE) as smtp:
        smtp.send_message(message, to_addrs=[recipient])


def written(text: str, number: int = 1, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Léa <lea@home.test>", "team@mooc.test", "Où est mon devoir ?"
    message["Message-ID"] = f"<{number}@home.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_question_an_echo_and_a_machine(site: Site, server: tuple[Pipe, int]) -> None:
    pipe, port = server
    send(port, written("Il n'est pas arrivé.\n\nLéa"))
    send(port, written("Il n'est pas arrivé.\n\nLéa"))  # the same, delivered again
    send(port, written("Je suis absente.", 2, Auto_Submitted="auto-replied"))
    assert site.rows(FOUND) == [("Où est mon devoir ?", "Il n'est pas arrivé.\n\nLéa", "lea@home.test")]
    assert [line.partition(" ")[0].partition(":")[0].strip() for line in pipe.said] == ["landed", "doubled", "dropped"]


def test_without_a_database_the_mail_stays_with_the_mail_server(site: Site, server: tuple[Pipe, int]) -> None:
    pipe, port = server
    pipe.env = {
        **site.env,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "DJANGO_SETTINGS_MODULE": "tests.faults.impatient",
    }
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, written("Il n'est pas arrivé."))
    assert refused.value.smtp_code == 451
