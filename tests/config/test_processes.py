"""The supervisor and what it leaves behind: nothing."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from preau.config import processes
from preau.config.setup import ROOT
from preau.config.web import load

SITE = """
import os, time
def application(environ, start_response):
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""
WORKER = "import os, pathlib, time\npathlib.Path('worker.pid').write_text(str(os.getpid()))\ntime.sleep(600)\n"
SUPERVISOR = """
import sys
from preau.config import serving
sys.exit(serving.main(sys.argv[1:], "tiny_site:application", ["tiny_worker"]))
"""
PATIENCE = 180  # seconds: a machine may be busy, and a passing test never waits for them
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    return processes.free_port()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor over a small site and a worker that only sleeps; ends those that a test leaves."""
    (tmp_path / "tiny_site.py").write_text(SITE)
    (tmp_path / "tiny_worker.py").write_text(WORKER)
    started: list[subprocess.Popen[str]] = []

    def begin(port: int, *, state: str = "var") -> subprocess.Popen[str]:
        env = {**os.environ, "PREAU_VAR": str(tmp_path / state), "PYTHONPATH": f"{ROOT / 'src'}:{tmp_path}"}
        command = [sys.executable, "-P", "-c", SUPERVISOR, "--port", str(port)]
        started.append(subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as reply:
        return str(reply.read().decode())


def served_by(port: int) -> int:
    """The process that answers; 0 while none does, or while the kernel still resets what it had queued for a dead
    one."""
    try:
        return int(page(port))
    except OSError:
        return 0


def site_of(port: int) -> int:
    """The process that answers, as soon as one does."""
    assert processes.wait_until(lambda: served_by(port) != 0, PATIENCE)
    return served_by(port) or site_of(port)


def answers(port: int) -> bool:
    return processes.wait_until(lambda: processes.listens("127.0.0.1", port), PATIENCE)


def gone(pid: int) -> bool:
    """The process has ended (a zombie that nobody has waited for has ended too)."""
    status = Path(f"/proc/{pid}/stat")

    def ended() -> bool:
        try:
            return status.read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    return processes.wait_until(ended, PATIENCE)


def worker_pid(folder: Path) -> int:
    file = folder / "worker.pid"
    assert processes.wait_until(lambda: file.exists() and file.read_text() != "", PATIENCE)
    return int(file.read_text())


@pytest.mark.faults
def test_nothing_answers_once_the_supervisor_is_killed(start: Start, port: int, tmp_path: Path) -> None:
    supervisor = start(port)
    assert answers(port)
    site, worker = site_of(port), worker_pid(tmp_path)
    supervisor.kill()
    supervisor.wait()
    assert gone(site)
    assert gone(worker)
    # The first thread of a dying process may be gone while another still holds its sockets.
    assert processes.wait_until(lambda: not processes.taken("127.0.0.1", port), PATIENCE)


@pytest.mark.faults
def test_the_supervisor_fails_when_the_worker_dies(start: Start, port: int, tmp_path: Path) -> None:
    supervisor = start(port)
    assert answers(port)
    site = site_of(port)
    os.kill(worker_pid(tmp_path), signal.SIGKILL)
    assert supervisor.wait(PATIENCE) == 1
    assert gone(site)


@pytest.mark.faults
def test_a_killed_web_worker_is_replaced(start: Start, port: int) -> None:
    start(port)
    assert answers(port)
    first = site_of(port)
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    assert processes.wait_until(lambda: served_by(port) not in {0, first}, PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_is_a_success(start: Start, port: int, tmp_path: Path, number: int) -> None:
    supervisor = start(port)
    assert supervisor.stderr
    assert f"serving on http://127.0.0.1:{port}" in supervisor.stderr.readline()
    site, worker = site_of(port), worker_pid(tmp_path)
    supervisor.send_signal(number)
    assert supervisor.wait(PATIENCE) == 0
    assert gone(site)
    assert gone(worker)


def test_a_second_server_on_one_state_folder_is_refused(start: Start, port: int) -> None:
    first = start(port)
    assert answers(port)
    second = start(processes.free_port())
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert f"already served by process {first.pid} at http://127.0.0.1:{port};" in said


def test_a_second_server_on_one_port_is_refused(start: Start, port: int) -> None:
    start(port)
    assert answers(port)
    second = start(port, state="other")
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert f"port {port} is taken" in said


def test_sqlite_refuses_a_second_web_process(start: Start, tmp_path: Path, port: int) -> None:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-P", "-c", SUPERVISOR, "--workers", "2"]
    env |= {"PREAU_VAR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert "SQLite takes one web process" in done.stderr


def test_a_port_somebody_listens_on_is_taken(port: int) -> None:
    assert not processes.taken("127.0.0.1", port)
    with subprocess.Popen([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"], stderr=-3) as server:
        assert answers(port)
        assert processes.taken("127.0.0.1", port)
        server.kill()


def test_an_application_is_named_by_module_and_attribute() -> None:
    assert load("os.path:join") is os.path.join
