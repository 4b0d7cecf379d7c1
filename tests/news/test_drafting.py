"""What is new, drafted in plain words from what differs: titles and no ids, groups in order, trifles left out."""

import re

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from preau.content.differing import ADDED, CHANGED, REMOVED, Change
from preau.news import drafting
from preau.news.drafting import Films, Names

NAMES = Names(
    units={"l1": "Le réseau PERT", "l2": "Les risques", "q1": "Quiz du *début*"},
    kinds={"l1": "lesson", "l2": "lesson", "q1": "quiz"},
    modules={"m1": "Le début", "m2": "Pour aller plus loin"},
    electives=frozenset({"m2"}),
    tracks={"classic": "Classique", "advanced": "Avancé"},
)


def said(*changes: Change, films: Films | None = None, language: str = "fr") -> str:
    with override("en"):
        return drafting.draft(changes, NAMES, films or Films(), language=language)


def test_each_group_stands_under_its_heading() -> None:
    text = said(
        Change("module", "m2", ADDED),
        Change("unit", "l2", ADDED, "fr"),
        Change("unit", "l1", CHANGED, "fr", ("text",), gone=3, come=3, of=40),
        Change("unit", "q1", CHANGED, "fr", ("questions",)),
        Change("track", "advanced", CHANGED, "", ("needs",)),
        Change("date", "q1 due", CHANGED, "", ("day 6, 23:59 → day 9, 23:59",), days=3),
        films=Films(new=["Les risques"], recut=["Le réseau PERT"], corrected=214),
    )
    assert text == (
        "## Modules\n\n- New: Pour aller plus loin (elective)\n\n"
        "## Lessons\n\n- New: Les risques\n- Corrected: Le réseau PERT\n\n"
        "## Quizzes, exams and assignments\n\n- Questions changed: Quiz du \\*début\\*\n\n"
        "## Tracks and conditions\n\n- What this track asks for has changed: Avancé\n\n"
        "## Dates, counted from the opening\n\n- Due 3 days later: Quiz du \\*début\\*\n\n"
        "## Videos and subtitles\n\n- New videos: Les risques\n- Videos cut anew: Le réseau PERT\n"
        "- 214 lines of subtitles corrected by those who took the course"
    )


def test_in_french_it_is_french() -> None:
    with override("fr"):
        text = drafting.draft([Change("unit", "l1", ADDED, "fr")], NAMES, Films(corrected=1), language="fr")
    assert "## Leçons" in text
    assert "1 ligne de sous-titres corrigée" in text


def test_trifles_are_left_out() -> None:
    assert not said(
        Change("unit", "l1", CHANGED, "fr", ("text",), gone=1, come=1, of=40),
        Change("unit", "l1", CHANGED, "fr", ("minutes", "title")),
        Change("module", "m1", CHANGED, "", ("place",)),
        Change("date", "q1 due", CHANGED, "", ("day 6, 23:59 → day 6, 20:00",)),
        Change("date", "q1 results", CHANGED, "", ("",), days=2),
        Change("date", "l2 due", ADDED),
        Change("track", "classic", CHANGED, "", ("title",)),
    )


def test_the_texts_of_another_language_do_not_count() -> None:
    english = Change("unit", "l1", CHANGED, "en", ("text",), gone=30, come=30, of=40)
    assert not said(english)
    assert "Rewritten: Le réseau PERT" in said(english, language="en")


def test_many_titles_are_counted() -> None:
    names = Names({str(n): f"Page {n}" for n in range(20)}, {}, {}, frozenset(), {})
    with override("en"):
        text = drafting.draft([Change("unit", str(n), REMOVED, "fr") for n in range(20)], names, Films(), language="fr")
    assert "Page 11 and 8 others" in text


KEYS = st.sampled_from(["l1", "l2", "q1", "m1", "m2", "classic", "advanced", "q1 due", "m2 opens", "elsewhere"])
CHANGES = st.builds(
    Change,
    st.sampled_from(["module", "unit", "track", "date"]),
    KEYS,
    st.sampled_from([ADDED, REMOVED, CHANGED]),
    st.sampled_from(["", "fr", "en"]),
    st.lists(st.sampled_from(["title", "questions", "elective", "pass", "weight", "needs", "text"])).map(tuple),
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(-30, 30),
)
TITLES = st.text(min_size=1, max_size=30)


@given(st.lists(CHANGES, max_size=12), st.integers(0, 3))
def test_it_is_headings_and_lines_and_always_the_same(changes: list[Change], corrected: int) -> None:
    films = Films(corrected=corrected)
    text = said(*changes, films=films)
    assert text == said(*changes, films=films)
    assert all(re.match(r"## \w|- \S|$", line) for line in text.splitlines())
    assert text.count("## ") <= 6
    assert (corrected > 0) == ("subtitles corrected" in text)


@given(TITLES)
def test_a_title_is_text_and_never_markup(title: str) -> None:
    plain = drafting.plain(title)
    assert not re.search(r"(?<!\\)[<>\[\]*_`|~$]", plain)
    assert "\n" not in plain
