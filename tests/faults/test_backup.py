"""The drill: a site under load is backed up, brought back on an empty machine, started, and answers; people erased
since stay erased; an archive that somebody touched changes nothing."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from preau.config import processes
from preau.config.archive import LEDGER
from preau.config.setup import ROOT
from tests.faults.home import Mould
from tests.faults.site import PATIENCE, Site
from tests.faults.test_kill import Device

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS = 4
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200_000)


def command(site: Site, *words: str) -> str:
    """A command of `./preau` on the site's state and database, in a process of its own, which must go well; what it
    said."""
    line = [sys.executable, "-P", "-m", "preau.config.command", *words]
    done = subprocess.run(line, env=site.env, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def refused(site: Site, *words: str) -> str:
    """The same of a command that must fail, in a child of the site's hand; why it did not do it."""
    code, _, said = site.ask("world.preau", *words)
    assert code == 1
    assert "Traceback" not in said
    return str(said)


def well(site: Site, *words: str) -> str:
    """The same of one that must go well."""
    code, said, err = site.ask("world.preau", *words)
    assert code == 0, err
    return str(said)


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


def test_the_drill(site: Site, mould: Mould, tmp_path: Path) -> None:
    learners = site.ask("world.prepare", LEARNERS)
    (site.state / "media" / "ab").mkdir(parents=True)
    (site.state / "media" / "ab" / "cd.png").write_bytes(PICTURE)
    site.start()
    archive = tmp_path / "backup.tar"
    with load(site, learners) as devices:
        assert processes.wait_until(lambda: all(device.busy() for device in devices), PATIENCE)
        before = [act.id for device in devices for act in list(device.acknowledged)]
        said = command(site, "backup", str(archive))
    assert not [device.refused for device in devices if device.refused]
    assert f"{LEARNERS} people" in said
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".preau")] == []
    gone, left = learners[0]["person"], {who["person"] for who in learners[1:]}
    site.ask("world.erase", gone)
    ledger = site.state / LEDGER
    assert json.loads(ledger.read_text())["person"] == gone
    with mould.home(tmp_path / "elsewhere", bare=True) as other:
        said = command(other, "restore", str(archive), "--erased", str(ledger))
        assert "1 people who were erased" in said
        other.start()
        held = other.ask("world.report")
        assert set(before) <= set(held["acts"]), "an act acknowledged before the backup is lost"
        assert set(other.ask("world.people")) == left
        assert (other.state / "media" / "ab" / "cd.png").read_bytes() == PICTURE
        assert (other.state / "secret").read_text() == (site.state / "secret").read_text()
        device = Device(other, learners[1], threading.Event())
        device.deliver(next(act for act in devices[1].acknowledged if act.id in before))
        assert not device.refused, "the same act, sent again to the restored site, is answered as it was"
        erased = Device(other, learners[0], threading.Event())
        assert erased.answer(devices[0].acknowledged[0])[0] == 401, "the session of an erased person opens"


def test_people_are_not_replaced_unless_it_is_asked_for_and_who_was_erased_here_stays_so(
    site: Site, tmp_path: Path
) -> None:
    learners = site.ask("world.prepare", 2)
    archive = str(tmp_path / "backup.tar")
    well(site, "backup", archive)
    assert "is there already" in refused(site, "backup", archive)
    site.ask("world.erase", learners[0]["person"])
    assert "there are 1 people here" in refused(site, "restore", archive)
    assert set(site.ask("world.people")) == {learners[1]["person"]}
    said = well(site, "restore", archive, "--replace")
    assert "1 people who were erased after the backup were erased again" in said
    assert set(site.ask("world.people")) == {learners[1]["person"]}
    site.start()
    assert "is served by" in refused(site, "restore", archive, "--replace")


def test_an_archive_that_was_cut_changes_nothing(site: Site, mould: Mould, tmp_path: Path) -> None:
    site.ask("world.prepare", 1)
    archive, cut = tmp_path / "backup.tar", tmp_path / "cut.tar"
    well(site, "backup", str(archive))
    cut.write_bytes(archive.read_bytes()[:-30_000])
    with mould.home(tmp_path / "elsewhere", bare=True) as other:
        said = refused(other, "restore", str(cut))
        assert "is cut" in said
        assert "Nothing was restored" in said
        assert {path.name for path in other.state.iterdir()} <= {"secret", "serve.lock"}
