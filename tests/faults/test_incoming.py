"""A mail goes to a real mail server, which pipes it into `./preau manage incoming` as an installation's does."""

import json
import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings

from preau.config.postgres import temporary_cluster
from preau.config.setup import ROOT

pytestmark = pytest.mark.faults

ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]
MANAGE = [sys.executable, "-P", "-m", "django"]
FOUND = """
import json
from preau.support.models import Entry
rows = Entry.objects.select_related("request").order_by("at")
print(json.dumps([[row.request.subject, row.text, row.sender] for row in rows]))
"""


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
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A migrated database of the test's own."""
    ours = {
        **{name: value for name, value in os.environ.items() if name not in {"SITE_URL", "DATABASE_URL", "DEBUG"}},
        "PREAU_VAR": str(tmp_path / "var"),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "preau.config.settings",
        "REPLY_ADDRESS": "team@mooc.test",
    }
    (tmp_path / "var").mkdir()
    if ON_POSTGRESQL:
        with temporary_cluster(durable=False) as made:
            ours["DATABASE_URL"] = made.url
            subprocess.run([*MANAGE, "migrate", "-v", "0"], env=ours, cwd=ROOT, check=True)
            yield ours
    else:
        subprocess.run([*MANAGE, "migrate", "-v", "0"], env=ours, cwd=ROOT, check=True)
        yield ours


@pytest.fixture
def server(env: dict[str, str]) -> Iterator[tuple[Pipe, int]]:
    handler = Pipe(env)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def send(port: int, message: EmailMessage, recipient: str = "team@mooc.test") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        smtp.send_message(message, to_addrs=[recipient])


def written(text: str, number: int = 1, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Léa <lea@home.test>", "team@mooc.test", "Où est mon devoir ?"
    message["Message-ID"] = f"<{number}@home.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_question_an_echo_and_a_machine(env: dict[str, str], server: tuple[Pipe, int]) -> None:
    pipe, port = server
    send(port, written("Il n'est pas arrivé.\n\nLéa"))
    send(port, written("Il n'est pas arrivé.\n\nLéa"))  # the same, delivered again
    send(port, written("Je suis absente.", 2, Auto_Submitted="auto-replied"))
    found = subprocess.run(
        [*MANAGE, "shell", "-v", "0", "-c", FOUND], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert json.loads(found.stdout) == [["Où est mon devoir ?", "Il n'est pas arrivé.\n\nLéa", "lea@home.test"]]
    assert [line.partition(" ")[0].partition(":")[0].strip() for line in pipe.said] == ["landed", "doubled", "dropped"]


def test_without_a_database_the_mail_stays_with_the_mail_server(env: dict[str, str], server: tuple[Pipe, int]) -> None:
    pipe, port = server
    pipe.env = {**env, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, written("Il n'est pas arrivé."))
    assert refused.value.smtp_code == 451
