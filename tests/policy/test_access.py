"""Every address by every role: what the matrix says is what happens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import cast
from tests.policy import scene
from tests.policy.matrix import BEFORE_SIGNING_IN, MATRIX
from tests.policy.roles import ROLES, Row


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            assert entry.callback is not None
            yield route, entry.callback
        else:
            yield from routes(entry, route)


def ours(view: Callable[..., Any]) -> bool:
    return view.__module__.startswith("preau.")


def test_every_route_has_a_row() -> None:
    written = {route for route, view in routes(get_resolver()) if ours(view)}
    assert written - set(MATRIX) == set(), "these routes have no row in tests/policy/matrix.py"
    assert set(MATRIX) - written == set(), "these rows have no route"


def test_the_pages_of_allauth_ask_to_sign_in_but_those_that_are_named() -> None:
    theirs = {route: view for route, view in routes(get_resolver()) if not ours(view)}
    open_to_all = {route for route, view in theirs.items() if not getattr(view, "login_required", True)}
    assert open_to_all == BEFORE_SIGNING_IN


@pytest.mark.django_db
def test_a_page_of_allauth_that_asks_to_sign_in_does() -> None:
    for route, view in routes(get_resolver()):
        if not ours(view) and route not in BEFORE_SIGNING_IN:
            response = cast.browser().get("/" + route.replace("<int:pk>", "1"))
            assert response.status_code == 302, route
            assert response.headers["Location"].startswith("/accounts/login/"), route


@pytest.fixture
def stage(db: None) -> dict[str, Any]:
    """What the sample addresses of the matrix name."""
    return scene.build()


def got_in(client: Client, row: Row, path: str, form: dict[str, str]) -> str:
    """in, sign in, 404 or the odd status."""
    response = client.post(path, form) if row.method == "POST" else client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    if response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/"):
        return "sign in"
    if response.status_code in (200, 301, 302, 422):
        return "in"
    return str(response.status_code)


@pytest.mark.parametrize("letter", ROLES)
def test_the_matrix(stage: dict[str, Any], letter: str) -> None:
    wrong = []
    for rows in MATRIX.values():
        for row in rows:
            path = row.path.format(**stage)
            client = cast.browser(stage["people"].get(letter))
            form = {name: value.format(**stage) for name, value in row.form}
            seen = got_in(client, row, path, {"track": row.track, **form} if row.track else form)
            expected = "in" if letter in row.who else "404"
            if letter == "a" and expected == "404" and seen == "sign in":
                continue
            if seen != expected:
                wrong.append(f"{ROLES[letter]}: {row.method} {path}: {seen}, expected {expected}")
    assert not wrong, "\n".join(wrong)
