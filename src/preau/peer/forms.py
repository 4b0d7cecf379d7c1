"""What a reviewer's form holds. The fields depend on the rubric, so they are read by its criteria."""

from collections.abc import Mapping

from preau.peer.reviewing import LONGEST, Given
from preau.peer.rubric import LONGEST_COMMENT, Rubric


def given(data: Mapping[str, str], rubric: Rubric) -> Given:
    """What was chosen and written; a level that is no number counts as not chosen."""
    levels, comments = {}, {}
    for criterion in rubric.criteria:
        chosen = data.get(f"level-{criterion.id}", "")
        if chosen.isdecimal() and len(chosen) < 4:
            levels[criterion.id] = int(chosen)
        if words := data.get(f"comment-{criterion.id}", "").strip():
            comments[criterion.id] = words[:LONGEST_COMMENT]
    return Given(levels, comments, data.get("words", "").strip()[:LONGEST])
