"""What becomes of reviews when a rubric changes: words change no score, another scoring says what differs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.peer import revising, rubric, terms
from preau.peer.revising import Scoring, Words
from preau.peer.rubric import COMMENTS, Criterion, Level, Rubric

LEVELS = st.builds(Level, st.sampled_from([0.0, 1.0, 2.0, 5.0]), st.sampled_from(["Non", "Oui", "Bien"]))


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """Rubrics of few criteria, so that two of them often share some."""
    keys = draw(st.permutations(["but", "plan", "style"]))[: draw(st.integers(1, 3))]
    criteria = [
        Criterion(key, f"Le {key}", (Level(3.0, "Haut"), *draw(st.lists(LEVELS, min_size=1, max_size=2))),
                  comment=draw(st.sampled_from(COMMENTS)))
        for key in keys
    ]  # fmt: skip
    return Rubric("Grille", tuple(criteria))


@st.composite
def chosen(draw: st.DrawFn, of: Rubric) -> dict[str, int]:
    return {one.id: draw(st.integers(0, len(one.levels) - 1)) for one in of.criteria}


@given(rubrics(), rubrics())
def test_nothing_is_said_to_change_exactly_when_they_score_alike(former: Rubric, new: Rubric) -> None:
    assert (revising.changes(former, new) == []) == (former.scoring == new.scoring)


@given(st.data(), rubrics(), rubrics())
def test_what_is_carried_can_be_scored_where_every_criterion_remains(
    data: st.DataObject, former: Rubric, new: Rubric
) -> None:
    levels = data.draw(chosen(former))
    kept = revising.carried(levels, former, new)
    by_key = {one.id: one for one in new.criteria}
    assert kept.items() <= levels.items()
    assert all(level < len(by_key[key].levels) for key, level in kept.items())
    if revising.remains(former, new):
        assert kept == levels
        if len(former.criteria) == len(new.criteria):
            assert 0 <= rubric.score(new, kept) <= 100


@given(st.data(), rubrics())
def test_other_words_change_no_score(data: st.DataObject, former: Rubric) -> None:
    levels = data.draw(chosen(former))
    words = Words(
        {(-1, -1): "Autre", (0, -1): data.draw(st.text()), (0, 0): "Très haut"}, {(0, 0): "Dit mieux"}, {0: "Modèle"}
    )
    new = revising.reworded(former, words)
    assert (new.scoring, rubric.score(new, levels)) == (former.scoring, rubric.score(former, levels))
    assert (new.title, new.criteria[0].model, new.criteria[0].levels[0].title) == ("Autre", "Modèle", "Très haut")
    assert all(one.title for one in new.criteria)
    assert rubric.read(rubric.to_data(new), lambda why: pytest.fail(why)) == new


BASE = Rubric("Grille", tuple(Criterion(key, key, (Level(0, "Non"), Level(2, "Oui"))) for key in ("but", "plan")))


def test_a_scoring_is_put_together() -> None:
    added = Criterion("style", "Style", (Level(0, "Non"), Level(1, "Oui")))
    new = revising.rescored(BASE, Scoring({(0, 1): 4}, {0: "required"}, frozenset([1])), [added])
    assert [(one.kind, one.criterion) for one in revising.changes(BASE, new)] == [
        ("removed", "plan"),
        ("points", "but"),
        ("comment", "but"),
        ("added", "style"),
    ]
    assert not revising.remains(BASE, new)
    assert revising.carried({"but": 1, "plan": 0}, BASE, new) == {"but": 1}


def test_another_order_is_another_scoring() -> None:
    turned = replace(BASE, criteria=BASE.criteria[::-1])
    assert [one.kind for one in revising.changes(BASE, turned)] == ["order"]
    assert revising.remains(BASE, turned)


def test_levels_are_read_a_line_each() -> None:
    assert revising.levels_of("0: Non\n\n 2,5: Oui — tout y est\n") == (
        Level(0, "Non"),
        Level(2.5, "Oui", "tout y est"),
    )


@pytest.mark.parametrize("line", ["Oui", "2:", "deux: Oui", "-1: Non", "nan: Non", "inf: Non"])
def test_a_line_that_is_no_level_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        revising.levels_of(f"0: Non\n{line}")


@given(st.text(), st.lists(st.text()))
def test_an_added_criterion_has_an_id_of_its_own(title: str, taken: list[str]) -> None:
    found = revising.criterion_id(title, [*taken, "criterion"])
    assert found
    assert found not in taken


def test_terms_that_differ_are_named() -> None:
    assert revising.terms_changed(terms.Terms(), terms.Terms(reviews=3, guaranteed=2)) == [
        ("reviews", 4, 3),
        ("guaranteed", 3, 2),
    ]
