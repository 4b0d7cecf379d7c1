"""The rubric as its author writes it, and the score of a copy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.peer import rubric as rubrics

POINTS = st.floats(0, 100, allow_nan=False).map(lambda value: round(value, 2))


@st.composite
def rubric_data(draw: st.DrawFn) -> dict[str, Any]:
    """A rubric that is worth something."""
    criteria = [
        {
            "id": f"c{number}",
            "title": f"Critère {number}",
            "comment": draw(st.sampled_from(rubrics.COMMENTS)),
            "levels": [
                {"points": points, "title": f"Niveau {place}"}
                for place, points in enumerate([0.0, *draw(st.lists(POINTS, min_size=1, max_size=4)), 10.0])
            ],
        }
        for number in range(draw(st.integers(1, 5)))
    ]
    return {"title": "Grille", "criteria": criteria}


def read(value: Any) -> tuple[rubrics.Rubric | None, list[str]]:
    said: list[str] = []
    return rubrics.read(value, said.append), said


@given(rubric_data())
def test_what_is_read_comes_back(data: dict[str, Any]) -> None:
    found, said = read(data)
    assert found is not None
    assert not said
    assert read(rubrics.to_data(found))[0] == found


@given(rubric_data(), st.data())
def test_a_score_is_a_share_of_the_most(data: dict[str, Any], choose: st.DataObject) -> None:
    found, _said = read(data)
    assert found is not None
    chosen = {c.id: choose.draw(st.integers(0, len(c.levels) - 1)) for c in found.criteria}
    score = rubrics.score(found, chosen)
    assert 0 <= score <= 100 + 1e-9
    best = {c.id: max(range(len(c.levels)), key=lambda n, c=c: c.levels[n].points) for c in found.criteria}  # type: ignore[misc]
    assert rubrics.score(found, best) == pytest.approx(100)
    assert not rubrics.lacking(found, chosen, {c.id: "oui" for c in found.criteria})


@given(rubric_data())
def test_words_do_not_change_the_scoring_and_points_do(data: dict[str, Any]) -> None:
    found, _said = read(data)
    assert found is not None
    data["criteria"][0]["title"] = "Autrement dit"
    data["criteria"][0]["levels"][0]["description"] = "Rien."
    reworded, _said = read(data)
    data["criteria"][0]["levels"][0]["points"] = 3.0
    rescored, _said = read(data)
    assert reworded is not None
    assert rescored is not None
    assert found.scoring == reworded.scoring != rescored.scoring


WHOLE = {
    "criteria": [{"id": "a", "title": "A", "levels": [{"points": 0, "title": "Non"}, {"points": 2, "title": "Oui"}]}]
}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("un texte", "a rubric is written"),
        ({"criteria": []}, "from 1 to 20 criteria"),
        ({"criteria": [{"title": "A"}]}, "no id or no title"),
        ({"criteria": [{"id": "a", "title": "A", "levels": [{"points": 1, "title": "x"}]}]}, "from 2 to 12 levels"),
        (
            {"criteria": [{"id": "a", "title": "A", "levels": [{"points": "x", "title": "x"}] * 2}]},
            "each level has points",
        ),
        (
            {"criteria": [{"id": "a", "title": "A", "levels": [{"points": float("nan"), "title": "x"}] * 2}]},
            "has points",
        ),
        ({"criteria": [{"id": "a", "title": "A", "levels": [{"points": 0, "title": "x"}] * 2}]}, "worth something"),
        ({"criteria": WHOLE["criteria"] * 2}, "the same id"),
        ({"criteria": [{**WHOLE["criteria"][0], "comment": "maybe"}]}, "comment must be one of"),
        ({**WHOLE, "grille": 1}, 'unknown key "grille"'),
    ],
)
def test_what_cannot_be_used_is_reported(value: Any, why: str) -> None:
    _found, said = read(value)
    assert why in said[0]


@pytest.mark.parametrize("chosen", [{}, {"a": 2}, {"a": -1}, {"a": True}, {"a": 1, "b": 0}])
def test_a_choice_outside_the_rubric_is_refused(chosen: dict[str, int]) -> None:
    found, _said = read(WHOLE)
    assert found is not None
    with pytest.raises(rubrics.BadReview):
        rubrics.score(found, chosen)


def test_a_comment_is_asked_for_where_it_is_required() -> None:
    found, _said = read({"criteria": [{**WHOLE["criteria"][0], "comment": "required"}]})
    assert found is not None
    assert rubrics.lacking(found, {}, {}) == [("a", "level"), ("a", "comment")]
    assert rubrics.lacking(found, {"a": 0}, {"a": "  "}) == [("a", "comment")]
