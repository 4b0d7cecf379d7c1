"""Where a note belongs once the subtitles have changed."""

from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.anchoring import Anchor, find, find_all

FILM = [
    ("a", "Dans cette vidéo, nous allons étudier"),
    ("b", "l'architecture de l'encodeur."),
    ("c", "Un exemple populaire est BERT,"),
    ("d", "D'accord ?"),
    ("e", "Commençons par comprendre comment il fonctionne."),
    ("f", "D'accord ?"),
]

cues = st.lists(
    st.sampled_from(["oui", "Oui !", "non", "oui non", "", "un petit exemple", "un exemple", "merci"]), max_size=12
).map(lambda texts: [(f"k{place}", text) for place, text in enumerate(texts)])


def anchor(place: int, film: list[tuple[str, str]], key: str | None = None) -> Anchor:
    texts = ["", *(text for _key, text in film), ""]
    return Anchor(film[place][0] if key is None else key, texts[place + 1], texts[place], texts[place + 2])


def renamed(film: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same words under other keys, as when another file of the film is all there is."""
    return [(key.upper(), text) for key, text in film]


@given(cues, cues)
def test_a_key_that_still_stands_is_the_place_whatever_its_words(
    before: list[tuple[str, str]], now: list[tuple[str, str]]
) -> None:
    for place, (key, _text) in enumerate(before):
        if place < len(now):
            assert find(anchor(place, before), now) == key


@given(cues, cues)
def test_many_are_found_as_each_alone(before: list[tuple[str, str]], now: list[tuple[str, str]]) -> None:
    anchors = [anchor(place, before, "gone") for place in range(len(before))]
    found = find_all(anchors, now)
    assert found == [find(one, now) for one in anchors]
    assert set(found) <= {key for key, _text in now} | {None}


@given(cues)
def test_the_same_words_between_the_same_neighbours_are_the_same_place(film: list[tuple[str, str]]) -> None:
    for place in range(len(film)):
        one = anchor(place, film, "gone")
        found = find(one, film)
        assert found is not None
        other = anchor([key for key, _text in film].index(found), film)
        assert other.quote.strip(" !").lower() == one.quote.strip(" !").lower()


@given(st.permutations(FILM[:5]))
def test_words_that_stand_once_are_found_wherever_they_went(film: list[tuple[str, str]]) -> None:
    for place, (key, _text) in enumerate(FILM[:5]):
        assert find(anchor(place, FILM, "gone"), renamed(film)) == key.upper()


def test_case_and_punctuation_do_not_orphan_a_note() -> None:
    now = [(key, f"— {text.upper().strip('.?, ')}…") for key, text in renamed(FILM)]
    assert [find(anchor(place, FILM), now) for place in range(6)] == ["A", "B", "C", "D", "E", "F"]


def test_neighbours_decide_between_two_that_say_the_same() -> None:
    now = renamed(FILM)
    assert [find(anchor(place, FILM), now) for place in (3, 5)] == ["D", "F"]
    reworded = [(key, text.replace("comprendre comment", "voir comment")) for key, text in now]
    assert [find(anchor(place, FILM), reworded) for place in (3, 5)] == ["D", "F"]


def test_two_that_say_the_same_among_strangers_leave_an_orphan() -> None:
    now = [("X", "Passons à la suite"), ("Y", "D'accord ?"), ("Z", "Et voilà"), ("W", "D'accord ?"), ("V", "Au revoir")]
    assert find(anchor(3, FILM), now) is None


def test_a_reworded_cue_is_known_by_its_neighbours() -> None:
    now = renamed(FILM)
    now[2] = ("C", "Un exemple très populaire est BART,")
    assert find(anchor(2, FILM), now) == "C"
    now[1] = ("B", "l'architecture de cet encodeur.")
    assert find(anchor(2, FILM), now) == "C"
    assert find(anchor(1, FILM), now) == "B"


def test_a_reworded_cue_is_known_though_its_neighbours_were_reworded_too() -> None:
    now = renamed(FILM)
    now[1:4] = [("B", "l'architecture de cet encodeur."), ("C", "Un exemple très populaire est BART,"), ("D", "Vu ?")]
    assert find(anchor(2, FILM), now) == "C"


def test_a_line_that_stands_everywhere_is_known_by_either_neighbour() -> None:
    now = [(f"k{place}", "oui" if place % 2 else f"question {place}") for place in range(300)]
    assert find(Anchor("gone", "oui", "question 240", "autre chose"), now) == "k241"
    assert find(Anchor("gone", "oui", "autre chose", "question 242"), now) == "k241"
    assert find(Anchor("gone", "oui", "autre chose", "rien de tel"), now) is None


def test_among_strangers_alike_is_not_enough() -> None:
    now = [("X", "Passons à la suite"), ("Y", "Un exemple très populaire est BART,"), ("Z", "Et voilà")]
    assert find(anchor(2, FILM), now) is None


def test_what_was_cut_leaves_an_orphan() -> None:
    assert find(anchor(2, FILM), renamed(FILM[:2] + FILM[3:])) is None
    assert find(anchor(2, FILM), []) is None


def test_a_day_of_film_with_a_note_on_each_cue() -> None:
    film = [(f"k{place}", f"phrase {place} du film" if place % 3 else "D'accord ?") for place in range(20_000)]
    texts = ["", *(text for _key, text in film), ""]
    anchors = [
        Anchor("", quote, before, after) for before, quote, after in zip(texts, texts[1:], texts[2:], strict=False)
    ]
    assert find_all(anchors, renamed(film)) == [key.upper() for key, _text in film]
    same = [(f"k{place}", "oui") for place in range(20_000)]
    assert find_all([Anchor("", "oui", "oui", "oui")] * 20_000, same) == ["k1"] * 20_000
    assert find_all([Anchor("", "oui", "non", "oui bien")] * 20_000, same) == ["k0"] * 20_000
