"""The machine as a reader of figures wants to know it, and the processes of a tree: their memory, their end."""

import os
import platform
import signal
import sqlite3
import tempfile
from pathlib import Path
from typing import Any


def facts() -> dict[str, Any]:
    """Processor, cores that we may use, memory, kernel, versions, load when the bench began."""
    return {
        "processor": processor(),
        "cores": len(cores()),
        "memory_mb": memory_mb(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_before": round(os.getloadavg()[0], 2),
        "folder": file_system(Path(tempfile.gettempdir())),
    }


def processor() -> str:
    """The processor's name, where the kernel tells it."""
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_mb() -> int:
    """All of the memory; 0 where the kernel does not say."""
    return next((int(line.split()[1]) // 1024 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)


def file_system(folder: Path) -> str:
    """What kind of file system holds a folder: a commit on tmpfs is on no disk."""
    mounts = [line.split()[1:3] for line in _lines("/proc/mounts")]
    holding = [(len(point), kind) for point, kind in mounts if folder.is_relative_to(point)]
    return max(holding)[1] if holding else "unknown"


def cores() -> list[int]:
    """The cores that this process may run on."""
    return sorted(os.sched_getaffinity(0))


def server_core() -> set[int]:
    """Where a server held to one core runs."""
    return {cores()[0]}


def client_core() -> set[int]:
    """Where its client runs: another core, when there is one."""
    return {cores()[-1]}


def tree(root: int) -> list[int]:
    """A process and everything that descends from it, by id."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _lines(entry / "stat")):
            parent = int(stat[0].rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def proportional_mb(root: int) -> float:
    """The memory of a tree in MB: each shared page counts once, divided among those who share it (PSS, proc(5))."""
    kilobytes = 0
    for pid in tree(root):
        kilobytes += sum(
            int(line.split()[1]) for line in _lines(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:")
        )
    return kilobytes / 1024


def kill_tree(root: int) -> None:
    """`kill -9` of a process that we started and of all its descendants, the children first seen first."""
    for pid in tree(root):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _lines(path: str | Path) -> list[str]:
    try:
        return Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return []
