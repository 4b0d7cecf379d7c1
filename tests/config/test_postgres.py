"""The temporary PostgreSQL: it starts as an ordinary user, keeps what it must, and leaves nothing."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest

from preau.config import postgres, processes
from preau.config.postgres import temporary_cluster, temporary_postgres
from preau.config.setup import ROOT

PATIENCE = 180  # seconds: a machine may be slow and busy, and a passing test never waits for them
PARENT = """
import time
from preau.config.postgres import temporary_postgres
with temporary_postgres() as url:
    print(url, flush=True)
    time.sleep(600)
"""


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


def test_it_answers_is_recent_enough_and_is_gone_afterwards() -> None:
    with temporary_cluster() as cluster:
        with psycopg.connect(cluster.url) as connection:
            assert connection.info.server_version >= 150000
            assert connection.execute("SELECT lower('ÉTÉ'), current_setting('fsync')").fetchone() == ("été", "off")
        folder, port = cluster.folder, cluster.port
    assert not folder.exists()
    assert not processes.listens("127.0.0.1", port)


def test_it_refuses_a_stranger() -> None:
    with temporary_postgres() as url, pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("@", "x@"))


@pytest.mark.faults
def test_a_durable_one_keeps_what_it_acknowledged_through_a_kill() -> None:
    with temporary_cluster(durable=True) as cluster:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
            cluster.kill()
        with psycopg.connect(restarted(cluster)) as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (42,)


def restarted(cluster: postgres.Cluster) -> str:
    """Its URL once it runs again; the killed server's children take a moment to leave what they share."""

    def started() -> bool:
        try:
            cluster.start()
        except postgres.PostgresError:
            return False
        return True

    assert processes.wait_until(started, PATIENCE, pause=0.5)
    return cluster.url


@pytest.mark.faults
def test_it_does_not_outlive_a_killed_parent() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen([sys.executable, "-c", PARENT], env=env, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        url = parent.stdout.readline().strip()
        assert processes.listens("127.0.0.1", port_of(url), PATIENCE)
        parent.kill()
    assert processes.wait_until(lambda: not processes.listens("127.0.0.1", port_of(url)), PATIENCE)


def test_the_next_one_removes_the_folder_that_a_killed_parent_left() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = postgres.make_cluster(durable=False)
    (left.folder / "owner").write_text(str(ended.pid))
    postgres.make_cluster(durable=False).remove()
    assert not left.folder.exists()
