"""The subtitles of a real course, edited as people and producers edit: matched, merged, found again."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from preau.subtitles import srt
from preau.subtitles.anchoring import Anchor, find_all
from preau.subtitles.differences import words as difference
from preau.subtitles.matching import match
from preau.subtitles.merging import Came, Delivered, Merged, Standing, merge
from preau.subtitles.timing import milliseconds
from preau.subtitles.wording import words

pytestmark = pytest.mark.inputs


@pytest.fixture
def films(inputs: Path) -> dict[str, list[Came]]:
    """By language and name, the cues of each of the 80 files."""
    root = inputs / "hf-course-fr" / "subtitles"
    found = {}
    for path in sorted(root.rglob("*.srt")):
        cues = srt.parse(path.read_bytes()).cues
        rows = [Came(milliseconds(cue.start), milliseconds(cue.end), cue.text, "") for cue in cues]
        found[str(path.relative_to(root))] = rows
    return found


def said(film: list[Came]) -> list[str]:
    return [cue.text for cue in film]


def delivered(film: list[Came]) -> list[Delivered]:
    return [Delivered(f"k{place}", cue.start, cue.end, cue.text) for place, cue in enumerate(film)]


def standing(film: list[Came]) -> list[Standing]:
    return [Standing(cue.key, cue.start, cue.end, cue.text, "", (cue.key,)) for cue in delivered(film)]


def edited(texts: list[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A new file, and what each of its cues continues: some cut, some split, some merged, some reworded, some added."""
    places = iter(range(len(texts)))
    for place in places:
        halves = texts[place].split()
        match place % 11:
            case 2:
                continue
            case 4 if len(halves) >= 6:
                yield " ".join(halves[: len(halves) // 2]), (place,)
                yield " ".join(halves[len(halves) // 2 :]), (place,)
            case 6 if place + 1 < len(texts):
                yield f"{texts[place]} {texts[next(places)]}", (place, place + 1)
            case 9 if len(halves) >= 5:
                yield " ".join(["alors", *halves[2:]]), (place,)
            case 10:
                yield "Applaudissements nourris du public", ()
                yield texts[place], (place,)
            case _:
                yield texts[place], (place,)


def test_each_file_continues_itself(films: dict[str, list[Came]]) -> None:
    for film in films.values():
        assert match(said(film), said(film)) == [(place,) for place in range(len(film))]


def test_edited_files_are_followed_cue_by_cue(films: dict[str, list[Came]]) -> None:
    right = total = 0
    for film in films.values():
        new = list(edited(said(film)))
        found = match(said(film), [text for text, _truth in new])
        right += sum(one == truth for one, (_text, truth) in zip(found, new, strict=True))
        total += len(new)
    assert total > 5_000
    assert right / total > 0.99


def test_files_that_were_cut_anew_are_followed_word_by_word(films: dict[str, list[Came]]) -> None:
    """Seven words a cue: each continues those cues, and only those, that gave it half of its words or of their own."""
    right = total = 0
    for film in films.values():
        flat = [(word, place) for place, text in enumerate(said(film)) for word in words(text)]
        lengths = [len(words(text)) for text in said(film)]
        pieces = [flat[start : start + 7] for start in range(0, len(flat), 7)]
        found = match(said(film), [" ".join(word for word, _place in piece) for piece in pieces])
        for one, piece in zip(found, pieces, strict=True):
            given = [place for _word, place in piece]
            half = {place for place in given if given.count(place) >= min(len(piece), lengths[place]) / 2}
            right += set(one) == half
        total += len(pieces)
    assert total > 5_000
    assert right / total > 0.97


def test_a_file_in_another_language_continues_little(films: dict[str, list[Came]]) -> None:
    found = [
        one
        for name, film in films.items()
        if name.startswith("fr/")
        for one in match(said(films[name.replace("fr/", "en/")]), said(film))
    ]
    assert len(found) > 1_500
    assert sum(map(bool, found)) / len(found) < 0.15  # names, and code that is read out


def test_corrections_outlive_edited_files(films: dict[str, list[Came]]) -> None:
    """Every fifth cue is corrected; the producer delivers another edition of the film, later by two seconds."""
    for film in films.values():
        now = standing(film)
        for place in range(0, len(now), 5):
            cue = now[place]
            now[place] = Standing(cue.key, cue.start, cue.end, f"{cue.text} <i>corrigé</i>", "", cue.origins)
        starts = [film[min(place, len(film) - 1)].start + 2000 for place in range(2 * len(film))]
        new = [
            Came(start, start + 900, text, "")
            for (text, _truth), start in zip(edited(said(film)), starts, strict=False)
        ]
        found = merge(delivered(film), now, new)
        texts = {cue.key: cue.text for cue in found.cues}
        lost = {cue.key for cue in found.lost}
        corrected = now[::5]
        assert all(cue.key in lost or texts[cue.key] == cue.text for cue in corrected)
        assert len(lost) <= len(corrected) / 5


def test_the_same_file_again_changes_nothing(films: dict[str, list[Came]]) -> None:
    for film in films.values():
        now = standing(film)
        now[3::7] = [Standing(cue.key, cue.start, cue.end, f"{cue.text} !", "", cue.origins) for cue in now[3::7]]
        found = merge(delivered(film), now, film)
        assert list(found.cues) == [Merged(cue.key, cue.start, cue.end, cue.text, "", cue.origins) for cue in now]
        assert (found.contested, found.lost) == ((), ())


def test_notes_find_their_cue_in_an_edited_file(films: dict[str, list[Came]]) -> None:
    """Of what stands unchanged among much that was changed nearly all is found, and hardly any beside another cue."""
    right = wrong = total = 0
    for film in films.values():
        texts = said(film)
        around = ["", *texts, ""]
        notes = [
            Anchor("gone", text, before, after) for before, text, after in zip(around, texts, around[2:], strict=False)
        ]
        new = list(edited(texts))
        found = find_all(notes, [(str(place), text) for place, (text, _truth) in enumerate(new)])
        for place, key in enumerate(found):
            truths = {str(there) for there, (_text, truth) in enumerate(new) if truth == (place,)}
            right += key in truths
            wrong += key is not None and place not in new[int(key)][1]
            total += bool(truths)
    assert right / total > 0.85
    assert wrong / total < 0.01


def test_both_versions_of_a_cue_can_be_read_in_a_difference(films: dict[str, list[Came]]) -> None:
    for film in islice(films.values(), 0, None, 4):
        for one, other in zip(said(film), said(film)[1:], strict=False):
            pieces = difference(one, other)
            assert "".join(piece.text for piece in pieces if piece.kind != "new") == one
            assert "".join(piece.text for piece in pieces if piece.kind != "gone") == other
