"""A program that reads what strangers made stays within its bounds, and takes nothing of ours with it."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from preau.common import confined
from preau.common.confined import Bounds
from tests.peer.listening import listening

PYTHON = (sys.executable, "-c")


def test_a_program_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    forks = "import os,time,pathlib\npathlib.Path('pid').write_text(str(os.fork() or os.getpid()))\ntime.sleep(3600)"
    for seconds in (3, 30, 180):  # a busy machine may not have come so far
        ended = confined.run((*PYTHON, forks), tmp_path, Bounds(seconds=seconds))
        assert ended.late
        assert not ended.well
        if (tmp_path / "pid").exists():
            break
    child = int((tmp_path / "pid").read_text())
    assert soon(lambda: not running(child))


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def soon(condition: Any) -> bool:
    end = timezone.now() + timedelta(seconds=60)
    while not condition() and timezone.now() < end:
        threading.Event().wait(0.02)
    return bool(condition())


@pytest.mark.parametrize(
    ("code", "bounds"),
    [
        ("x = bytearray(900_000_000)", Bounds(memory=400 * confined.MB)),
        ("while True: pass", Bounds(cpu=1)),
        ("open('a', 'wb').write(bytes(2_000_000))", Bounds(file=confined.MB)),
    ],
)
def test_memory_computing_and_disk_are_bounded(tmp_path: Path, code: str, bounds: Bounds) -> None:
    assert confined.run((*PYTHON, code), tmp_path, bounds).code != 0
    assert sum(one.stat().st_size for one in tmp_path.rglob("*") if one.is_file()) <= confined.MB


def test_what_opens_a_file_reaches_nobody(tmp_path: Path) -> None:
    apart = "import os; os.unshare(os.CLONE_NEWNET if os.getuid() == 0 else os.CLONE_NEWUSER | os.CLONE_NEWNET)"
    if subprocess.run((*PYTHON, apart), capture_output=True).returncode:
        pytest.skip("this kernel grants no namespace of the network")
    calls: list[str] = []
    with listening(calls) as port:
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=60)"
        assert not confined.run((*PYTHON, code), tmp_path, Bounds()).well
        assert calls == []
        assert subprocess.run((*PYTHON, code)).returncode == 0  # anybody else does


def test_what_opens_a_file_gets_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "un secret")
    code = "import os,json; open('env.json','w').write(json.dumps(dict(os.environ)))"
    assert confined.run((*PYTHON, code), tmp_path, Bounds()).well
    said = (tmp_path / "env.json").read_text()
    assert "un secret" not in said
    assert "DATABASE_URL" not in said
    assert str(tmp_path / "home") in said
