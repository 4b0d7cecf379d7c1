"""`kill -9` in bursts while learners send acts: nothing acknowledged is lost, nothing is done twice, and the next start
needs no hand."""

import http.client
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from preau.common.ids import new_id
from preau.config import postgres, processes
from preau.config.postgres import Cluster, temporary_cluster
from tests.faults.home import ON_POSTGRESQL, Mould
from tests.faults.site import HOST, PATIENCE, Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS = 6


@dataclass
class Sent:
    """One act as a device keeps it until it is acknowledged."""

    id: str
    kind: str
    text: str
    tries: int = 0


@dataclass
class Device:
    """A learner's device: sends its acts in order, and each again until it is acknowledged."""

    site: Site
    who: dict[str, str]
    stop: threading.Event
    acknowledged: list[Sent] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Write acts until told to stop; the last one is sent until it is acknowledged."""
        number = 0
        while not self.stop.is_set():
            kind = ("answer", "submit", "answer", "finish")[number % 4]
            self.deliver(Sent(str(new_id()), kind, f"{kind} {number}"))
            number += 1

    def deliver(self, act: Sent) -> None:
        """Send one act until somebody says that it is stored."""
        status, said = self.answer(act)
        if status == 200:
            self.acknowledged.append(act)
        else:
            self.refused.append(f"{act}: {status} {said}")

    def answer(self, act: Sent) -> tuple[int, str]:
        """(status, body) of the first answer that decides; an act without one in so long is a failure."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            act.tries += 1
            status, said = self.post(act)
            if status in range(200, 500) and status != 429:
                return status, said
            time.sleep(0.05)
        return 0, "never acknowledged"

    def busy(self) -> bool:
        """Has it done something of each kind since it began, or was refused, which ends the waiting?"""
        return len(self.acknowledged) > 3 or bool(self.refused)

    def post(self, act: Sent) -> tuple[int, str]:
        """(status, body), or (0, the error) where the connection was cut."""
        fields = {"act": act.id, "answer": act.text, "text": act.text, "language": "fr"}
        headers = {
            "Cookie": f"device={self.who['cookie']}",
            "Sec-Fetch-Site": "same-origin",
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection(HOST, self.site.port, timeout=60)
        try:
            connection.request("POST", self.who[act.kind], urlencode(fields), headers)
            reply = connection.getresponse()
            return reply.status, reply.read().decode(errors="replace")[:200]
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            connection.close()


@pytest.fixture
def cluster() -> Iterator[Cluster | None]:
    """On PostgreSQL, a cluster that keeps every commit; on SQLite, nothing."""
    if not ON_POSTGRESQL:
        yield None
        return
    with temporary_cluster(durable=True) as made:
        yield made


@pytest.fixture
def site(mould: Mould, tmp_path: Path, cluster: Cluster | None) -> Iterator[Site]:
    with mould.home(tmp_path / "home", cluster=cluster) as made:
        yield made


def restart(cluster: Cluster) -> None:
    """As a service manager would: again until it starts, since the killed server's children take a moment to go."""

    def started() -> bool:
        try:
            cluster.start()
        except postgres.PostgresError:
            return False
        return True

    assert processes.wait_until(started, PATIENCE, pause=0.5), "PostgreSQL did not start again"


def moved(devices: list[Device]) -> None:
    """Waits until each device had another act acknowledged, whatever the machine's speed, and a moment more."""
    before = [len(device.acknowledged) for device in devices]

    def further() -> bool:
        counts = zip(devices, before, strict=True)
        return all(len(device.acknowledged) > count or device.refused for device, count in counts)

    assert processes.wait_until(further, PATIENCE)
    time.sleep(random.uniform(0, 0.5))


def test_kills_in_bursts_lose_and_double_nothing(site: Site, cluster: Cluster | None) -> None:
    learners = site.ask("world.prepare", LEARNERS)
    site.start()
    stop = threading.Event()
    devices = [Device(site, who, stop) for who in learners]
    threads = [threading.Thread(target=device.run) for device in devices]
    for thread in threads:
        thread.start()
    try:
        for victim in ["django", "supervisor", "worker", "web", *(["database"] if cluster else [])]:
            moved(devices)
            strike(site, cluster, victim)
        assert processes.wait_until(lambda: all(device.busy() for device in devices), PATIENCE)
    finally:
        stop.set()
        while any(thread.is_alive() for thread in threads):
            site.start()  # as a service manager would, were the site to give up
            time.sleep(0.2)
    check(devices, site.ask("world.report"))


def strike(site: Site, cluster: Cluster | None, victim: str) -> None:
    """Kill one of the processes, and start what a service manager would start."""
    if cluster and victim == "database":
        cluster.kill()
        restart(cluster)
    else:
        before = site.family()
        site.kill(victim)
        if victim != "django":  # granian makes another of these; without any other one the whole site stops
            assert site.ended()
            site.start()
            assert not set(before.values()) & set(site.family().values()), "an orphan goes on answering"
    site.start()


def check(devices: list[Device], held: dict[str, object]) -> None:
    """What the database holds against what the devices were told."""
    told = [act for device in devices for act in device.acknowledged]
    assert not [line for device in devices for line in device.refused]
    assert len(told) >= LEARNERS * 4
    assert any(act.tries > 1 for act in told), "no kill met an act: the bursts prove nothing"
    acts = held["acts"]
    assert isinstance(acts, dict)
    assert {act.id for act in told} <= set(acts), "an acknowledged act is lost"
    made = {pk for pk, kind in acts.items() if kind in {"quiz.answer", "assignment.submit", "lesson.finish"}}
    assert made == {act.id for act in told}, "an act stands there that no device sent"
    for device in devices:
        person = device.who["person"]
        assert held["answers"][person] == latest(device, "answer")  # type: ignore[index]
        copies = [row for row in held["submissions"] if row[0] == person]  # type: ignore[attr-defined]
        assert [row[1] for row in copies] == [act.text for act in device.acknowledged if act.kind == "submit"]
        assert [row[1] for row in copies if row[2]] == [latest(device, "submit")]
    assert held["answer_rows"] == len(devices)
    assert held["completions"] == len(devices)
    assert held["receipts"] == sum(act.kind == "submit" for act in told)
    assert held["receipts_twice"] == []


def latest(device: Device, kind: str) -> str:
    return next(act.text for act in reversed(device.acknowledged) if act.kind == kind)
