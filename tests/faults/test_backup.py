"""The drill: a site under load is backed up, brought back on an empty machine, started, and answers; people erased
since stay erased; an archive that somebody touched changes nothing."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from preau.config.archive import LEDGER
from preau.config.postgres import temporary_cluster
from preau.config.setup import ROOT
from tests.faults.site import Site
from tests.faults.test_kill import Device

pytestmark = pytest.mark.faults

LEARNERS = 4
ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200_000)


def command(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of `./preau` on the site's state and database."""
    line = [sys.executable, "-P", "-m", "preau.config.command", *words]
    return subprocess.run(line, env=site.env, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def well(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said, which must have gone well."""
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@contextmanager
def empty(folder: Path) -> Iterator[Site]:
    """An empty machine: nothing in the state folder, no table in the database."""
    folder.mkdir()
    if ON_POSTGRESQL:
        with temporary_cluster() as cluster:
            made = Site(folder, cluster.url)
            yield made
            made.stop()
    else:
        made = Site(folder)
        yield made
        made.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with empty(tmp_path / "home") as made:
        yield made


@contextmanager
def load(site: Site, learners: list[dict[str, str]]) -> Iterator[list[Device]]:
    """Learners who send acts as fast as the site takes them."""
    stop = threading.Event()
    devices = [Device(site, who, stop) for who in learners]
    threads = [threading.Thread(target=device.run) for device in devices]
    for thread in threads:
        thread.start()
    try:
        yield devices
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_the_drill(site: Site, tmp_path: Path) -> None:
    learners = site.ask("prepare", str(LEARNERS))
    (site.state / "media" / "ab").mkdir(parents=True)
    (site.state / "media" / "ab" / "cd.png").write_bytes(PICTURE)
    site.start()
    archive = tmp_path / "backup.tar"
    with load(site, learners) as devices:
        while not all(len(device.acknowledged) > 3 for device in devices):
            assert not [device.refused for device in devices if device.refused]
            time.sleep(0.1)
        before = [act.id for device in devices for act in list(device.acknowledged)]
        said = well(command(site, "backup", str(archive)))
    assert "4 people" in said
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".preau")] == []
    gone, left = learners[0]["person"], {who["person"] for who in learners[1:]}
    site.ask("erase", gone)
    ledger = site.state / LEDGER
    assert json.loads(ledger.read_text())["person"] == gone
    with empty(tmp_path / "elsewhere") as other:
        assert "1 people who were erased" in well(command(other, "restore", str(archive), "--erased", str(ledger)))
        held = other.ask("report")
        assert set(before) <= set(held["acts"]), "an act acknowledged before the backup is lost"
        assert set(other.ask("people")) == left
        assert (other.state / "media" / "ab" / "cd.png").read_bytes() == PICTURE
        assert (other.state / "secret").read_text() == (site.state / "secret").read_text()
        other.start()
        device = Device(other, learners[1], threading.Event())
        device.deliver(next(act for act in devices[1].acknowledged if act.id in before))
        assert not device.refused, "the same act, sent again to the restored site, is answered as it was"
        refused = Device(other, learners[0], threading.Event())
        assert refused.post(devices[0].acknowledged[0])[0] == 401, "the session of an erased person opens"


def test_people_are_not_replaced_unless_it_is_asked_for_and_who_was_erased_here_stays_so(
    site: Site, tmp_path: Path
) -> None:
    learners = site.ask("prepare", "2")
    archive = tmp_path / "backup.tar"
    well(command(site, "backup", str(archive)))
    again = command(site, "backup", str(archive))
    assert again.returncode == 1
    assert "is there already" in again.stderr
    site.ask("erase", learners[0]["person"])
    refused = command(site, "restore", str(archive))
    assert refused.returncode == 1
    assert "there are 1 people here" in refused.stderr
    assert set(site.ask("people")) == {learners[1]["person"]}
    said = well(command(site, "restore", str(archive), "--replace"))
    assert "1 people who were erased after the backup were erased again" in said
    assert set(site.ask("people")) == {learners[1]["person"]}
    site.start()
    served = command(site, "restore", str(archive), "--replace")
    assert served.returncode == 1
    assert "is served by" in served.stderr


def test_an_archive_that_was_cut_changes_nothing(site: Site, tmp_path: Path) -> None:
    site.ask("prepare", "1")
    archive, cut = tmp_path / "backup.tar", tmp_path / "cut.tar"
    well(command(site, "backup", str(archive)))
    cut.write_bytes(archive.read_bytes()[:-30_000])
    with empty(tmp_path / "elsewhere") as other:
        done = command(other, "restore", str(cut))
        assert done.returncode == 1
        assert "is cut" in done.stderr
        assert "Nothing was restored" in done.stderr
        assert "Traceback" not in done.stderr
        assert {path.name for path in other.state.iterdir()} <= {"secret", "serve.lock"}
