"""What the repository ignores and a command needs: bundled assets, compiled catalogues, the folder of static files.

Each is made again only when the digest of its inputs differs from the stamp kept from the last time."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "preau"
BUILT = SOURCE / "common" / "static" / "built"
STAMPS = Path(sys.prefix) / "stamps"
NODE_LEAST = 20
RESTORING = "restoring"  # a file of the state folder from a restore's first change to its last


class SetupError(Exception):
    """Something could not be made; the message is for the person who ran the command."""


def state_folder() -> Path:
    """Where the state lives: PREAU_VAR, or var/ in the repository."""
    return Path(os.environ.get("PREAU_VAR") or ROOT / "var")


def say(words: str) -> None:
    """Progress goes to standard error, so that a command's own output can be piped."""
    print(f"preau: {words}", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds an exclusive lock on a file (made if absent): of two calls at once, the second waits for the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def digest(files: Iterable[Path]) -> str:
    """A fingerprint of the files' names and contents; absent ones count as absent, the order given does not matter."""
    total = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file():
            content = path.read_bytes()
            total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def once(stamp: Path, inputs: Callable[[], Iterable[Path]], output: Path, make: Callable[[], None]) -> None:
    """Calls `make` unless `output` exists and was made from the same inputs; the stamp is written last."""

    def done() -> bool:
        return output.exists() and stamp.exists() and stamp.read_text() == digest(inputs())

    if done():
        return
    with locked(stamp.with_suffix(".lock")):
        if not done():
            before = digest(inputs())  # an input changed meanwhile shows as a difference at the next call
            make()
            stamp.write_text(before)


def assets() -> None:
    """The style sheet and scripts, bundled by Node from the locked packages of package-lock.json."""
    once(STAMPS / "assets", asset_sources, BUILT, build_assets)


def asset_sources() -> list[Path]:
    """What the bundle is made from."""
    names = ("package.json", "package-lock.json", ".npmrc", "build.mjs")
    folders = (SOURCE / "common" / "assets", SOURCE / "common" / "static" / "common")
    return [*(ROOT / name for name in names), *(path for folder in folders for path in folder.rglob("*"))]


def build_assets() -> None:
    """`npm ci` without anyone's install scripts, then our own build."""
    folder = node_folder()
    say("bundling the style sheet and the scripts")
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    npm = [str(folder / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    for command in (npm, [str(folder / "node"), "build.mjs"]):
        run(command, {**os.environ, "PATH": path})


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Runs a command of the set-up from the repository's root; its words are shown only when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SetupError(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr).strip()[-4000:]}")


def node_folder() -> Path:
    """The folder of a node and an npm that will do: on PATH, else in the environment, installed there when absent."""
    own = Path(sys.prefix) / "bin"
    on_path = shutil.which("node")
    if on_path and will_do(Path(on_path).parent):
        return Path(on_path).parent
    if not will_do(own):
        say("installing Node in the environment")
        install_node(own)
    return own


def install_node(own: Path) -> None:
    """Node from its hash-locked package, by uv where it is and works, else by pip."""
    words = ["--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")]
    if uv := shutil.which("uv", path=os.pathsep.join([str(own), os.environ.get("PATH", os.defpath)])):
        with contextlib.suppress(SetupError):
            return run([uv, "pip", "install", "--python", sys.executable, *words])
    return run([sys.executable, "-m", "pip", "install", *words])


def will_do(folder: Path) -> bool:
    """Is there an npm here, and a node that is new enough and runs?"""
    if not (folder / "npm").exists() or not (folder / "node").exists():
        return False
    try:
        shown = subprocess.run([folder / "node", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return int(shown.strip().lstrip("v").split(".")[0]) >= NODE_LEAST


def catalogues() -> None:
    """Every `locale/<language>/LC_MESSAGES/*.po` to its `.mo`."""
    for source in sorted((SOURCE / "locale").glob("*/LC_MESSAGES/*.po")):
        stamp = STAMPS / f"catalogue-{source.parts[-3]}-{source.stem}"
        # In a process of its own: no other command needs to load Babel.
        make = partial(run, [sys.executable, "-P", "-m", "preau.config.translations", "compile", str(source)])
        once(stamp, partial(list, [source]), source.with_suffix(".mo"), make)
