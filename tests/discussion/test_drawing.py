"""How the words of a post are shown."""

import pytest

from preau.discussion import drawing


@pytest.mark.parametrize("mark", ["> ", ">", "- ", "* ", "> - "])
@pytest.mark.parametrize("depth", [1, 9, 10, 11, 23, 24, 300, 10_000])
def test_what_is_quoted_or_listed_deeply_is_still_read(mark: str, depth: int) -> None:
    html = drawing.rendered(f"{mark * depth}au fond\n\nEt après.")
    assert "au fond" in html
    assert "Et après." in html
    assert html.count("<blockquote") + html.count("<li") <= drawing.DEEPEST


def test_what_is_not_deep_stays_as_it_is() -> None:
    text = "> > une réponse\n>\n> - un point\n\n```\n>>>>>>> main\n```\n"
    assert drawing.shallow(text) == text
