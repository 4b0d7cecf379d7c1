"""`./preau` itself, over a copy with an empty lock and a stand-in for uv, so that no test needs the network."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from preau.config import command
from preau.config.setup import ROOT

PATIENCE = 300  # seconds: a machine may be slow and busy, and a passing test never waits for them
PYTHON = getattr(sys, "_base_executable", sys.executable)
UV = """#!/usr/bin/env bash
printf '%s\\n' "$1 $2" >>"$STAGE/calls"
case "$1" in
venv) exec "$4" -m venv --without-pip "$5" ;;
pip) sleep 0.3; if [[ -e $STAGE/broken ]]; then echo "no such package"; exit 1; fi ;;
esac
"""
COMMAND = "import os, sys\nprint(sys.argv[1:], os.environ['DJANGO_SETTINGS_MODULE'])\n"


@dataclass
class Stage:
    """A repository with nothing but the launcher and what it reads."""

    root: Path

    def popen(self, *words: str) -> subprocess.Popen[str]:
        env = {"PATH": f"{self.root / 'bin'}:/usr/bin:/bin", "STAGE": str(self.root), "PYENV_ROOT": str(self.root)}
        pipe = subprocess.PIPE
        return subprocess.Popen([self.root / "preau", *words], cwd="/", env=env, stdout=pipe, stderr=pipe, text=True)

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.popen(*words)
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err

    def calls(self) -> list[str]:
        return (self.root / "calls").read_text().splitlines()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    shutil.copy(ROOT / "preau", tmp_path)
    for name in ("requirements/run.txt", "requirements/dev.txt", "bin/uv", "src/preau/config/command.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "requirements/dev.txt").write_text("# more\n")
    (tmp_path / ".python-version").write_text("3.99.0\n")
    (tmp_path / "bin/uv").write_text(UV)
    (tmp_path / "bin/uv").chmod(0o755)
    (tmp_path / "bin/python3.12").symlink_to(PYTHON)
    (tmp_path / "src/preau/config/command.py").write_text(COMMAND)
    return Stage(tmp_path)


def test_without_a_command_it_lists_them_all_and_builds_nothing(stage: Stage) -> None:
    code, out, err = stage.run()
    listed = re.findall(r"^  (\w+) ", out, re.MULTILINE)
    assert (code, err) == (0, "")
    assert sorted(listed) == sorted([*command.MANAGEMENT, *command.OTHERS])
    assert not (stage.root / ".venv").exists()


def test_the_first_call_says_what_it_does_and_later_ones_start_at_once(stage: Stage) -> None:
    code, out, err = stage.run("serve", "--port", "1")
    assert (code, out) == (0, "['serve', '--port', '1'] preau.config.settings\n")
    assert "making the environment with Python 3." in err
    before = stage.calls()
    assert stage.run("serve")[2] == ""
    assert stage.calls() == before


def test_an_interpreter_that_does_not_run_is_passed_over(stage: Stage) -> None:
    for name in ("python3.14", "python3.13"):
        (stage.root / "bin" / name).write_text("#!/bin/sh\necho 'no such version' >&2\nexit 127\n")
        (stage.root / "bin" / name).chmod(0o755)
    code, _, err = stage.run("serve")
    assert code == 0
    assert "no such version" not in err


def test_the_version_that_the_repository_names_comes_first(stage: Stage) -> None:
    named = stage.root / "versions/3.99.0/bin/python"
    named.parent.mkdir(parents=True)
    named.write_text(f'#!/bin/sh\ntouch "$STAGE/named"\nexec {PYTHON} "$@"\n')
    named.chmod(0o755)
    assert stage.run("serve")[0] == 0
    assert (stage.root / "named").exists()


def test_two_first_calls_at_once_build_one_environment(stage: Stage) -> None:
    both = [stage.popen("serve"), stage.popen("serve")]
    for process in both:
        process.communicate(timeout=PATIENCE)
    assert [process.returncode for process in both] == [0, 0]
    assert stage.calls() == ["venv --no-project", "pip sync"]


def test_a_failed_set_up_shows_why_and_the_next_call_starts_again(stage: Stage) -> None:
    (stage.root / "broken").touch()
    code, out, err = stage.run("serve")
    assert (code, out) == (1, "")
    assert "no such package" in err
    (stage.root / "broken").unlink()
    assert stage.run("serve")[0] == 0
    assert stage.calls().count("venv --no-project") == 2


def test_a_changed_lock_is_installed_into_the_same_environment(stage: Stage) -> None:
    stage.run("serve")
    (stage.root / "requirements/run.txt").write_text("# changed\n")
    assert stage.run("serve")[0] == 0
    assert stage.calls() == ["venv --no-project", "pip sync", "pip sync"]


def test_an_environment_whose_interpreter_is_gone_is_made_again(stage: Stage) -> None:
    stage.run("serve")
    (stage.root / ".venv/bin/python").unlink()
    (stage.root / ".venv/bin/python").symlink_to("/nowhere/python")
    assert stage.run("serve")[0] == 0


def test_test_brings_the_tools_and_they_stay(stage: Stage) -> None:
    stage.run("serve")
    stage.run("test")
    assert stage.calls().count("pip sync") == 2
    stage.run("serve")
    assert stage.calls().count("pip sync") == 2


def test_python_has_the_projects_settings_and_its_code(stage: Stage) -> None:
    words = "import os, sys; print(os.environ['DJANGO_SETTINGS_MODULE'], sys.path[1])"
    _, out, _ = stage.run("python", "-c", words)
    assert out == f"preau.config.settings {stage.root}/src\n"


def test_it_may_be_called_through_a_link(stage: Stage, tmp_path: Path) -> None:
    link = tmp_path / "bin" / "linked"
    link.symlink_to(stage.root / "preau")
    done = subprocess.run([link], capture_output=True, text=True, env={"PATH": os.defpath})
    assert done.stdout.startswith("Usage: ./preau COMMAND")
