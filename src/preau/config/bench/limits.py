"""The limits that figures are held against: nginx, a bare database loop; and `wrk`, which counts for both sides."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from preau.config import processes
from preau.config.bench.worlds import BenchError, World, answers, held_to
from preau.config.postgres import Cluster
from preau.config.programs import NGINX, WRK

PAGE = 20_480  # bytes of the page before compression
NGINX_CONF = """daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=16;
  gzip_static on;
  types {{ text/html html; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; }}
}}
"""
LUA = """local asked = {requests}
local formatted, at = {{}}, 0
init = function()
  for n, one in ipairs(asked) do formatted[n] = wrk.format("GET", one[1], one[2]) end
end
request = function()
  at = at % #formatted + 1
  return formatted[at]
end
"""
ACT = (
    "INSERT INTO audit_act (id, person_id, kind, fingerprint, outcome, received_at) VALUES "
    "(gen_random_uuid(), gen_random_uuid(), 'bench', decode(md5('bench'), 'hex'), '{}', now());"
)
SQLITE_ACT = (
    "INSERT INTO audit_act (id, person_id, kind, fingerprint, outcome, received_at) VALUES (?, ?, 'bench', ?, '{}', ?)"
)


@contextmanager
def nginx(html: bytes, *, cpus: set[int] | None) -> Iterator[str]:
    """The address of one page of 20 KB, compressed beforehand, under nginx; `html` is cut or repeated to that size."""
    found = NGINX.find()
    if found is None:
        raise BenchError(f"{NGINX.title} is missing: as an administrator, apt-get install {NGINX.package}")
    body = (html * (PAGE // max(len(html), 1) + 1))[:PAGE]
    with tempfile.TemporaryDirectory(prefix="preau-nginx-") as name:
        folder, port = Path(name), processes.free_port()
        (folder / "pages").mkdir()
        (folder / "pages" / "page.html").write_bytes(body)
        (folder / "pages" / "page.html.gz").write_bytes(gzip.compress(body, 9))
        user = "user root;" if os.geteuid() == 0 else ""
        workers = 1 if cpus else len(os.sched_getaffinity(0))
        (folder / "nginx.conf").write_text(NGINX_CONF.format(workers=workers, folder=folder, port=port, user=user))
        process = subprocess.Popen(
            [str(found), "-p", str(folder), "-c", str(folder / "nginx.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=held_to(cpus),
        )
        url = f"http://127.0.0.1:{port}/page.html"
        try:
            if not processes.wait_until(lambda: answers(url), 10):
                raise BenchError("nginx did not answer")
            yield url
        finally:
            processes.stop([process], 5)


def script(folder: Path, requests: Sequence[tuple[str, Mapping[str, str]]]) -> Path:
    """A script for wrk that asks these (path, headers) in turn."""

    def headed(path: str, headers: Mapping[str, str]) -> str:
        return f"{{{lua(path)}, {{{', '.join(f'[{lua(name)}]={lua(value)}' for name, value in headers.items())}}}}}"

    table = f"{{{', '.join(headed(*one) for one in requests)}}}"
    target = folder / f"{uuid4().hex}.lua"
    target.write_text(LUA.format(requests=table))
    return target


def lua(text: str) -> str:
    """A Lua string; JSON's escapes are Lua's for plain ASCII, which addresses and headers are."""
    return json.dumps(text)


def wrk(
    url: str,
    seconds: float,
    *,
    connections: int = 16,
    threads: int = 1,
    cpus: set[int] | None = None,
    headers: Mapping[str, str] | None = None,
    lua: Path | None = None,
) -> float:
    """Requests answered a second over kept connections. Raises `BenchError` when one was not answered 2xx or 3xx."""
    found = WRK.find()
    if found is None:
        raise BenchError(f"{WRK.title} is missing: as an administrator, apt-get install {WRK.package}")
    command = [str(found), f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s"]
    command += [word for name, value in (headers or {}).items() for word in ("-H", f"{name}: {value}")]
    command += ["-s", str(lua)] if lua else []
    done = subprocess.run([*command, url], capture_output=True, text=True, preexec_fn=held_to(cpus))
    return rate_of(done.stdout + done.stderr, url)


def rate_of(said: str, url: str) -> float:
    """The rate in what wrk printed."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise BenchError(f"wrk on {url}: {said.strip()[-400:]}")
    return float(rate.group(1))


def alternate(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """Measures in turn, so that a busy moment falls on all of them; the median of each."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def fetch(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A body as sent."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {})), timeout=20) as response:
        return bytes(response.read())


def one_row_inserts(world: World, seconds: float, clients: int) -> float:
    """One-row inserts into the acts a second, each committed to disk: pgbench, or a bare sqlite3 loop, where more than
    one writer gains nothing."""
    return pgbench(world.cluster, seconds, clients) if world.cluster else sqlite_loop(world.database, seconds)


def pgbench(cluster: Cluster, seconds: float, clients: int) -> float:
    """PostgreSQL's own client, at the same concurrency."""
    own = cluster.programs / "pgbench"
    found = str(own) if own.exists() else shutil.which("pgbench")
    if not found:
        raise BenchError("pgbench is missing: as an administrator, apt-get install postgresql-contrib")
    with tempfile.TemporaryDirectory(prefix="preau-pgbench-") as name:
        text = Path(name) / "act.sql"
        text.write_text(ACT)
        command = [
            found,
            "--no-vacuum",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(max(1, round(seconds))),
            "-f",
            str(text),
        ]
        done = subprocess.run([*command, cluster.url], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if rate is None:
        raise BenchError(f"pgbench: {done.stderr.strip()[-400:]}")
    return float(rate.group(1))


def sqlite_loop(database: Path, seconds: float) -> float:
    """One writer, one row a transaction, write-ahead log, synchronous FULL: as the site sets SQLite."""
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            row = (uuid4().bytes, uuid4().bytes, uuid4().bytes, "2026-03-02 07:00:00")
            connection.execute(SQLITE_ACT, row)
            count += 1
        return count / (time.perf_counter() - began)
