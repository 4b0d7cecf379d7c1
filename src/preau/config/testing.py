"""`./preau test [pytest's arguments]`: what CI runs. Static checks, then the suite on SQLite and on PostgreSQL.

Every step runs, whatever failed before; the exit code is 0 only when all of them passed. Where the arguments name
tests, the static checks are left out. Tests marked `inputs` need the folder that PREAU_INPUTS names, counted from the
repository's root."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from preau.config import postgres, programs, setup
from preau.config.setup import ROOT, say

PYTHON = [sys.executable, "-P", "-m"]
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
# The slow one first: the others run beside it.
STATIC = {
    "types (mypy)": [*PYTHON, "mypy", "src", "tests"],
    "style (ruff check)": [*PYTHON, "ruff", "check", "--output-format", "concise", "."],
    "layout (ruff format)": [*PYTHON, "ruff", "format", "--check", "--output-format", "concise", "."],
    "arrows between rooms": [sys.executable, "-P", "-c", LINT_IMPORTS],
    "Django's checks": [*PYTHON, "django", "check", "--fail-level", "WARNING"],
    "migrations complete": [*PYTHON, "django", "makemigrations", "--check", "--dry-run"],
    "translations complete": [*PYTHON, "preau.config.translations", "check"],
}
NO_TESTS = 5  # pytest's exit code when nothing was selected


@dataclass(frozen=True)
class Asked:
    """pytest's arguments, with the marker expression apart, since ours joins it."""

    arguments: tuple[str, ...]
    markers: str
    named: bool


@dataclass(frozen=True)
class Outcome:
    """How a step ended: nothing in `failure` when well, else a sentence or its output; a suite's `closing` line."""

    title: str
    failure: str = ""
    closing: str = ""
    empty: bool = False


def asked(words: Sequence[str]) -> Asked:
    """Reads the arguments. Tests are named by a path, `-k`, `-m`, `--lf` or `--ff`."""
    rest: list[str] = []
    markers = ""
    queue = iter(words)
    for word in queue:
        if word == "-m":
            markers = next(queue, "")
        elif word.startswith("-m") and not word.startswith("--"):
            markers = word[2:].removeprefix("=")
        else:
            rest.append(word)
    chosen = ("-k", "--lf", "--last-failed", "--ff", "--failed-first", "--sw", "--stepwise")
    named = bool(markers) or any(word.startswith(chosen) or is_test(word) for word in rest)
    return Asked(tuple(rest), markers, named)


def is_test(word: str) -> bool:
    """Does this argument name a file or folder of tests, or one test?"""
    return not word.startswith("-") and (ROOT / word.partition("::")[0]).exists()


def inputs_folder(value: str) -> Path | None:
    """The folder of real inputs, or None where it is not set or not there."""
    path = ROOT / value
    return path.resolve() if value and path.is_dir() else None


def run_static(title: str, command: Sequence[str]) -> Outcome:
    """One static check, its words kept for when it fails."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    say(f"{'FAILED' if done.returncode else 'ok':6}  {title} ({time.monotonic() - start:.1f} s)")
    words = (done.stdout + done.stderr).strip()
    return Outcome(title, (words or f"exit code {done.returncode}") if done.returncode else "")


def static_checks() -> list[Outcome]:
    """All of them, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run_static, STATIC, STATIC.values()))


def run_suite(title: str, options: Sequence[str], env: Mapping[str, str]) -> Outcome:
    """pytest, its words passed on as they come, its last one kept."""
    say(f"{title}: pytest {' '.join(options)}")
    command = [*PYTHON, "pytest", *options]
    closing = b""
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            closing = line if line.strip() else closing
    code = process.returncode
    failure = f"pytest ended with {code}" if code not in {0, NO_TESTS} else ""
    return Outcome(title, failure, closing.decode(errors="replace").rstrip(), empty=code == NO_TESTS)


def suite_options(request: Asked, left_out: Sequence[str]) -> list[str]:
    """pytest's arguments: the markers left out joined to those asked for, and two processes where all tests run."""
    expression = " and ".join([*([f"({request.markers})"] if request.markers else []), *(f"not {m}" for m in left_out)])
    spread = [] if request.named or any(word.startswith("-n") for word in request.arguments) else ["-n", "2"]
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    slowest = ["--durations=15", "--durations-min=5"]
    return ["-m", expression, *spread, *slowest, *colour, *request.arguments]


@contextmanager
def state() -> Iterator[Path]:
    """A folder for what the tests write, so that they never touch the developer's own."""
    with tempfile.TemporaryDirectory(prefix="preau-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def suites(request: Asked, left_out: Sequence[str], folder: Path, inputs: Path | None) -> Iterator[Outcome]:
    """The suite on each engine."""
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PREAU_INPUTS"}}
    env["PREAU_VAR"] = str(folder)
    if inputs:
        env["PREAU_INPUTS"] = str(inputs)
    collect = subprocess.run(
        [*PYTHON, "django", "collectstatic", "--no-input"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    if collect.returncode:
        yield Outcome("static files", collect.stderr)
    yield run_suite("the suite on SQLite", suite_options(request, ["postgresql", *left_out]), env)
    try:
        with postgres.temporary_postgres() as url:
            options = suite_options(request, ["sqlite", *left_out])
            yield run_suite("the suite on PostgreSQL", options, {**env, "DATABASE_URL": url})
    except postgres.PostgresError as error:
        yield Outcome("the suite on PostgreSQL", str(error))


def left_out_and_missing(inputs: Path | None) -> tuple[list[str], list[Outcome]]:
    """The markers that cannot run here, and what that costs: a missing program fails the run, missing inputs do not."""
    left_out = []
    if inputs is None:
        left_out.append("inputs")
        say("tests marked `inputs` are left out: PREAU_INPUTS names no folder")
    needed = (
        *(programs.POSTGRESQL, programs.CHROMIUM, programs.LIBREOFFICE),
        *(programs.FFMPEG, programs.ESPEAK, programs.POPPLER),
    )
    missing = programs.ensure(needed)
    for sentence in missing:
        say(sentence)
    if programs.CHROMIUM.find() is None:
        left_out.append("browser")
    if programs.LIBREOFFICE.find() is None:
        left_out.append("office")
    if programs.missing([programs.FFMPEG, programs.ESPEAK]):
        left_out.append("film")
    if programs.POPPLER.find() is None:
        left_out.append("poppler")
    return left_out, [Outcome(sentence, "what needs it did not run") for sentence in missing]


def report(outcomes: Sequence[Outcome], named: bool) -> int:
    """The failures, then pytest's own closing lines, which some readers look for at the very end."""
    ran = [outcome for outcome in outcomes if outcome.closing]
    failed = [outcome for outcome in outcomes if outcome.failure or (outcome.empty and not named)]
    if named and all(outcome.empty for outcome in ran):
        failed += ran
    for outcome in failed:
        say(f"FAILED  {outcome.title}: {outcome.failure[-4000:] or 'no test was selected'}")
    if not failed:
        say("everything passed")
    sys.stderr.flush()
    for outcome in ran:
        say(f"{outcome.title}:")
        sys.stdout.write(f"{outcome.closing}\n")
        sys.stdout.flush()
    return 1 if failed else 0


def guarded(step: Callable[[], None]) -> Outcome | None:
    """Runs a step of the set-up; a failure is an outcome like another."""
    try:
        step()
    except setup.SetupError as error:
        return Outcome(step.__name__, str(error))
    return None


def main(words: Sequence[str]) -> int:
    """Runs everything and returns the exit code."""
    request = asked(words)
    outcomes = [bad for step in (setup.assets, setup.catalogues) if (bad := guarded(step))]
    inputs = inputs_folder(os.environ.get("PREAU_INPUTS", ""))
    left_out, missing = left_out_and_missing(inputs)
    outcomes += missing
    if request.named:
        say("static checks are left out: tests are named")
    else:
        outcomes += static_checks()
    with state() as folder:
        outcomes += suites(request, left_out, folder, inputs)
    return report(outcomes, request.named)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
