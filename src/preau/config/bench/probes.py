"""What is counted rather than timed, and the hash of a password. Runs `inside`."""

import time
from statistics import median
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preau.accounts.passwords import Argon2

PASSWORD = "une phrase de passe ordinaire"
SALT = "0123456789abcdef012345"


def run(*, cookie: str, paths: dict[str, str], rounds: int) -> dict[str, Any]:
    """Queries of each fragment once warm, by name; milliseconds of our hash and of the bare library's."""
    return {"queries": {name: queries(cookie, path) for name, path in paths.items()}, **hashing(rounds)}


def queries(cookie: str, path: str) -> int:
    """How many queries a signed-in learner's fragment makes, session included."""
    client = Client(headers={"HX-Request": "true"}, SERVER_NAME="localhost")
    client.cookies["device"] = cookie
    for _ in range(2):
        client.get(path)
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return len(seen)


def hashing(rounds: int) -> dict[str, float]:
    """Medians, alternately."""
    hasher = Argon2()
    encoded = hasher.encode(PASSWORD, SALT)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(timed(lambda: hasher.verify(PASSWORD, encoded)))
        bare.append(timed(lambda: library(hasher)))
    return {"ours_ms": median(ours), "bare_ms": median(bare)}


def library(hasher: Argon2) -> bytes:
    """The library alone, with the same cost."""
    cost = {"time_cost": hasher.time_cost, "memory_cost": hasher.memory_cost, "parallelism": hasher.parallelism}
    return hash_secret_raw(PASSWORD.encode(), SALT.encode(), hash_len=32, type=Type.ID, **cost)


def timed(work: Any) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
