"""A producer delivers a file again, and people have changed the subtitles meanwhile."""

from dataclasses import replace
from itertools import count

from preau.subtitles.merging import Came, Delivered, Merge, Merged, Standing, merge

FILM = [
    "Dans cette vidéo, nous allons étudier",
    "l'architecture de l'encodeur.",
    "Un exemple populaire est BURT,",
    "le modèle le plus connu de ce type.",
    "Commençons par comprendre comment il fonctionne.",
    "Nous allons prendre un petit exemple.",
]
PLACED = "line:10%"


def delivered(texts: list[str]) -> list[Delivered]:
    """Two seconds each, every other one followed by a silence, under the keys a, b, c…"""
    return [Delivered(chr(97 + n), n * 3000, n * 3000 + 2000 + n % 2 * 1000, text) for n, text in enumerate(texts)]


def standing(former: list[Delivered]) -> list[Standing]:
    return [Standing(cue.key, cue.start, cue.end, cue.text, "", (cue.key,)) for cue in former]


def came(former: list[Delivered]) -> list[Came]:
    return [Came(cue.start, cue.end, cue.text, "") for cue in former]


def keyed(cues: tuple[Merged, ...]) -> dict[str | None, tuple[int, int, str]]:
    return {cue.key: (cue.start, cue.end, cue.text) for cue in cues}


def next_names(found: Merge) -> tuple[list[Merged], list[str]]:
    """The cues and the names of the file's, fresh keys given as `Merge` says."""
    fresh = (f"new{number}" for number in count())
    cues = [cue if cue.key else replace(cue, key=next(fresh)) for cue in found.cues]
    cues = [replace(cue, origins=cue.origins or (cue.key or "",)) for cue in cues]
    given_to = iter([cue.key for cue, old in zip(cues, found.cues, strict=True) if old.key is None])
    return cues, [name if name is not None else next(given_to) or "" for name in found.came]


def test_a_first_file_is_taken_as_it_is() -> None:
    file = came(delivered(FILM))
    found = merge([], [], file)
    assert found.cues == tuple(Merged(None, cue.start, cue.end, cue.text, "", ()) for cue in file)
    assert found.came == (None,) * len(FILM)


def test_where_nobody_changed_a_cue_the_file_has_its_way() -> None:
    former = delivered(FILM)
    new = came(former)
    new[2] = Came(6100, 7900, "Un exemple populaire est BERT,", PLACED)
    found = merge(former, standing(former), new)
    assert found.cues[2] == Merged("c", 6100, 7900, "Un exemple populaire est BERT,", PLACED, ("c",))
    assert (found.kept, found.contested, found.lost) == ((), (), ())


def corrected(former: list[Delivered]) -> list[Standing]:
    now = standing(former)
    now[2] = replace(now[2], text="Un exemple populaire est <i>BERT</i>,")
    return now


def test_where_somebody_did_their_words_stand_at_the_files_time() -> None:
    former = delivered(FILM)
    new = [replace(cue, start=cue.start + 5000, end=cue.end + 5000) for cue in came(former)]
    found = merge(former, corrected(former), new)
    assert keyed(found.cues)["c"] == (11_000, 13_000, "Un exemple populaire est <i>BERT</i>,")
    assert (found.kept, found.contested) == (("c",), ())


def test_where_the_file_changed_the_words_too_a_reviewer_is_asked() -> None:
    former = delivered(FILM)
    new = came(former)
    new[2] = replace(new[2], text="Un modèle populaire est BURT,")
    found = merge(former, corrected(former), new)
    assert keyed(found.cues)["c"][2] == "Un exemple populaire est <i>BERT</i>,"
    assert found.contested == ("c",)


def test_a_correction_that_the_producer_took_over_is_nobodys_any_more() -> None:
    former = delivered(FILM)
    new = [Came(cue.start, cue.end, cue.text, "") for cue in corrected(former)]
    found = merge(former, corrected(former), new)
    assert (found.kept, found.contested, found.lost) == ((), (), ())
    former = [Delivered(name or "", cue.start, cue.end, cue.text) for name, cue in zip(found.came, new, strict=True)]
    now = [Standing(cue.key or "", cue.start, cue.end, cue.text, "", cue.origins) for cue in found.cues]
    assert keyed(merge(former, now, came(delivered(FILM))).cues)["c"][2] == FILM[2]


def test_the_pieces_of_a_split_share_the_new_time() -> None:
    former = delivered(FILM)
    now = standing(former)
    now[4:5] = [
        Standing("e", 12_000, 12_500, "Commençons par comprendre", "", ("e",)),
        Standing("x", 12_500, 14_000, "comment il fonctionne.", "", ("e",)),
    ]
    new = came(former)
    new[4] = replace(new[4], start=20_000, end=24_000)
    new[5] = replace(new[5], start=25_000, end=26_000)
    found = merge(former, now, new)
    assert keyed(found.cues)["e"][:2] == (20_000, 21_000)
    assert keyed(found.cues)["x"][:2] == (21_000, 24_000)
    assert [cue.origins for cue in found.cues[4:6]] == [("e",), ("e",)]


def test_pieces_last_however_short_the_file_made_their_cue() -> None:
    former = delivered(FILM[:1])
    now = [
        Standing(key, n * 500, n * 500 + 500, word, "", ("a",))
        for n, (key, word) in enumerate([("a", "Dans"), ("b", "cette"), ("c", "vidéo"), ("d", "nous")])
    ]
    found = merge(former, now, [Came(70, 72, FILM[0], "")])
    assert len(found.cues) == 4
    assert all(cue.start < cue.end for cue in found.cues)


def test_a_cue_that_people_divided_is_theirs_though_a_piece_says_what_was_delivered() -> None:
    former = delivered(FILM)
    now = standing(former)
    now[4:5] = [replace(now[4], end=13_000), Standing("x", 13_000, 14_000, "[Silence]", "", ("e",))]
    new = came(former)
    new[4] = replace(new[4], text="Commençons par voir comment il fonctionne.")
    found = merge(former, now, new)
    assert keyed(found.cues)["e"][2] == FILM[4]
    assert found.contested == ("e", "x")


def test_a_merge_lasts_from_the_first_to_the_last_of_what_was_merged() -> None:
    former = delivered(FILM)
    now = standing(former)
    now[0:2] = [Standing("a", 0, 6000, f"{FILM[0]}\n{FILM[1]}", "", ("a", "b"))]
    new = [replace(cue, start=cue.start * 2 + 500, end=cue.end * 2) for cue in came(former)]
    found = merge(former, now, new)
    assert keyed(found.cues)["a"][:2] == (500, 12_000)
    assert found.cues[0].origins == ("a", "b")
    assert found.came == ("a", "b", "c", "d", "e", "f")


def test_what_only_was_timed_otherwise_follows_the_file_where_that_was_timed_anew() -> None:
    former = delivered(FILM)
    now = standing(former)
    now[0], now[2] = replace(now[0], end=2500), replace(now[2], end=8500)
    new = came(former)
    new[2] = replace(new[2], end=8200)
    found = keyed(merge(former, now, new).cues)
    assert (found["a"][1], found["c"][1]) == (2500, 8200)


def test_a_cue_that_the_file_split_keeps_its_key_and_asks_for_another() -> None:
    former = delivered(FILM)
    new = came(former)
    new[4:5] = [
        Came(12_000, 13_000, "Commençons par comprendre", ""),
        Came(13_000, 14_000, "comment il fonctionne.", ""),
    ]
    found = merge(former, standing(former), new)
    assert [cue.key for cue in found.cues] == ["a", "b", "c", "d", "e", None, "f"]
    assert found.came == ("a", "b", "c", "d", "e", None, "f")


def test_cues_that_the_file_merged_go_on_as_the_first() -> None:
    former = delivered(FILM)
    new = came(former)
    new[0:2] = [Came(0, 6000, f"{FILM[0]}\n{FILM[1]}", "")]
    found = merge(former, standing(former), new)
    assert [cue.key for cue in found.cues] == ["a", "c", "d", "e", "f"]
    assert found.lost == ()


def test_a_correction_inside_what_the_file_merged_stands_with_its_neighbour() -> None:
    """The file's one cue says both; people's two cover it, and share its time."""
    former = delivered(FILM)
    new = came(former)
    new[2:4] = [Came(6000, 13_000, f"{FILM[2]}\n{FILM[3]}", "")]
    found = merge(former, corrected(former), new)
    assert [cue.key for cue in found.cues] == ["a", "b", "c", "d", "e", "f"]
    assert (found.cues[2].start, found.cues[3].end) == (6000, 13_000)
    assert found.cues[2].end <= found.cues[3].start
    assert found.came == ("a", "b", "c", "e", "f")
    assert found.cues[3].origins == ("c",)


def test_a_scene_that_was_cut_ends_and_what_people_made_better_in_it_is_lost() -> None:
    former = delivered(FILM)
    found = merge(former, corrected(former), came(former)[:2] + came(former)[4:])
    assert [cue.key for cue in found.cues] == ["a", "b", "e", "f"]
    assert [cue.text for cue in found.lost] == ["Un exemple populaire est <i>BERT</i>,"]


def test_a_new_scene_comes_in_under_fresh_keys() -> None:
    former = delivered(FILM)
    late = [replace(cue, start=cue.start + 9000, end=cue.end + 9000) for cue in came(former)[3:]]
    scene = [Came(9000, 12_000, "Sa sortie date de 2018.", ""), Came(12_000, 15_000, "Google en est l'auteur.", "")]
    found = merge(former, corrected(former), came(former)[:3] + scene + late)
    assert [cue.key for cue in found.cues] == ["a", "b", "c", None, None, "d", "e", "f"]


def with_laughter(former: list[Delivered]) -> list[Standing]:
    now = [*standing(former), Standing("rire", 5_900, 6_100, "[Rires]", "", ())]
    return sorted(now, key=lambda cue: cue.start)


def test_what_people_added_moves_with_its_neighbours() -> None:
    former = delivered(FILM)
    new = [replace(cue, start=cue.start * 2, end=cue.end * 2) for cue in came(former)]
    found = merge(former, with_laughter(former), new)
    assert keyed(found.cues)["rire"] == (11_800, 12_000, "[Rires]")
    assert found.kept == ("rire",)
    assert next(cue for cue in found.cues if cue.key == "rire").origins == ()


def test_what_people_added_is_lost_with_its_scene_alone() -> None:
    former = delivered(FILM)
    one_neighbour = merge(former, with_laughter(former), came(former)[:2])
    assert keyed(one_neighbour.cues)["rire"][:2] == (5900, 6100)
    none = merge(former, with_laughter(former), came(former)[:1] + came(former)[4:])
    assert [cue.text for cue in none.lost] == ["[Rires]"]


def test_what_people_added_gives_way_to_what_the_file_now_says_there() -> None:
    former = delivered(["Bonjour à tous.", "Commençons."])
    now = standing(former)
    now[1:1] = [Standing("x", 2100, 2900, "[Musique]", "", ()), Standing("y", 2950, 2990, "[Porte]", "", ())]
    new = came(former)
    new[1:1] = [Came(2000, 2500, "Voici Ana,", ""), Came(2500, 2900, "voici Ben.", "")]
    found = merge(former, now, new)
    assert [cue.text for cue in found.lost] == ["[Musique]"]
    assert keyed(found.cues)["y"][2] == "[Porte]"


def test_a_track_that_people_wrote_is_found_again_in_the_first_file() -> None:
    now = [
        replace(cue, origins=()) for cue in standing(delivered([*FILM[:2], "Un exemple connu est BERT,", *FILM[3:]]))
    ]
    new = [replace(cue, start=cue.start + 1000, end=cue.end + 1000) for cue in came(delivered(FILM))]
    found = merge([], now, new)
    assert [cue.key for cue in found.cues] == ["a", "b", "c", "d", "e", "f"]
    assert keyed(found.cues)["c"] == (7000, 9000, "Un exemple connu est BERT,")
    assert found.contested == ("c",)
    assert found.lost == ()


def test_what_people_removed_stays_away_until_the_file_says_it_otherwise() -> None:
    former = delivered(FILM)
    now = [cue for cue in standing(former) if cue.key != "d"]
    assert "d" not in keyed(merge(former, now, came(former)).cues)
    new = came(former)
    new[3] = replace(new[3], text="le modèle le plus connu de tous.")
    assert keyed(merge(former, now, new).cues)["d"][2] == new[3].text


def test_a_day_of_film_is_merged() -> None:
    former = [Delivered(f"k{n}", n * 4000, n * 4000 + 3000, f"phrase {n % 50} du film {n}") for n in range(20_000)]
    now = standing(former)
    now[::7] = [replace(cue, text=f"{cue.text} !") for cue in now[::7]]
    new = [Came(cue.start + 40, cue.end + 40, cue.text, "") for cue in former if int(cue.key[1:]) % 11]
    found = merge(former, now, new)
    assert len(found.cues) == len(new)
    assert len(found.lost) == len([cue for n, cue in enumerate(now) if n % 7 == 0 and n % 11 == 0])
