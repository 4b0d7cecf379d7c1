"""What is the same on every page, drawn once."""

import pytest
from django.template import Context, Template
from django.utils import translation

from preau.common.context import Link, account_links


def drawn(source: str, **values: object) -> list[str]:
    """The same template twice, each time in French and in English."""
    template = Template("{% load i18n preau %}" + source)
    found: list[str] = []
    for _time in range(2):
        for language in ("fr", "en"):
            with translation.override(language):
                found.append(template.render(Context(values)))
    return found


def test_each_language_has_its_own() -> None:
    fr, en, *again = drawn('{% kept %}{% translate "Sign in" %}{% endkept %}')
    assert (fr, en) == ("Se connecter", "Sign in")
    assert again == [fr, en]


def test_each_value_has_its_own() -> None:
    template = Template("{% load preau %}{% kept name %}{{ name }}{% endkept %}")
    found = [template.render(Context({"name": name})) for name in ("<a>", "b", "<a>")]
    assert found == ["&lt;a&gt;", "b", "&lt;a&gt;"]


def test_what_is_not_named_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    template = Template("{% load preau %}{% kept name %}{{ other }}{% endkept %}")
    assert template.render(Context({"name": "b", "other": "somebody's"})) == ""
    caplog.clear()  # that nobody gave it would fail the test, as it should fail a page's


def test_it_holds_no_more_than_it_may() -> None:
    template = Template("{% load preau %}{% kept name %}{{ name }}{% endkept %}")
    for n in range(1000):
        assert template.render(Context({"name": n})) == str(n)
    (node,) = [one for one in template.nodelist if hasattr(one, "drawn")]
    assert len(node.drawn) <= 200


def test_the_ways_of_the_frame_can_be_kept_by_value() -> None:
    with translation.override("fr"):
        assert hash(account_links("/me/")) == hash(account_links("/me/"))
        assert Link("Mes cours", "/me/", True) in account_links("/me/")
        assert account_links("/me/") != account_links("/accounts/")
