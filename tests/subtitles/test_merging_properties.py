"""What holds of every merge of a file with what people made of the former one."""

from dataclasses import replace
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.merging import Came, Delivered, Merged, Standing, merge
from tests.subtitles.test_merging import PLACED, next_names, standing

# What people do to a track, and what a producer does to a file

WORDS = ["oui", "non", "bert", "modèle", "le", "de", "encodeur", "Merci !"]
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
lengths = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 5000), texts), max_size=8)


@st.composite
def files(draw: st.DrawFn) -> list[Came]:
    given = draw(lengths)
    starts = accumulate((gap for gap, _lasts, _text in given))
    rows = [Came(start, start + lasts, text, "") for start, (_gap, lasts, text) in zip(starts, given, strict=True)]
    return sorted(rows, key=lambda cue: (cue.start, -cue.end))


def named(file: list[Came]) -> list[Delivered]:
    return [Delivered(f"k{n}", cue.start, cue.end, cue.text) for n, cue in enumerate(file)]


@st.composite
def changed(draw: st.DrawFn, former: list[Delivered]) -> list[Standing]:
    """What people made of a file: reworded, re-timed, split, merged, removed, added."""
    now = standing(former)
    for number in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(len(now) - 1, 0)))
        what = draw(st.sampled_from(["reword", "time", "split", "merge", "remove", "add"]))
        if what == "add":
            start = draw(st.integers(0, 20_000))
            now.append(Standing(f"p{number}", start, start + 500, draw(texts), PLACED, ()))
        elif now:
            now[place : place + 1 + (what == "merge")] = _act(draw, what, now[place : place + 2], f"p{number}")
        now.sort(key=lambda cue: (cue.start, -cue.end))
    return now


def _act(draw: st.DrawFn, what: str, cues: list[Standing], fresh: str) -> list[Standing]:
    cue = cues[0]
    half = (cue.start + cue.end) // 2
    match what:
        case "reword":
            return [replace(cue, text=draw(texts))]
        case "time":
            return [replace(cue, end=cue.end + draw(st.integers(1, 900)))]
        case "split":
            return [replace(cue, end=half, text="oui"), replace(cue, key=fresh, start=half, text="non")]
        case "merge":
            origins = tuple(dict.fromkeys(key for one in cues for key in one.origins))
            text = " ".join(one.text for one in cues)
            return [replace(cue, end=max(one.end for one in cues), text=text, origins=origins)]
    return []


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Delivered], list[Standing], list[Came]]:
    """A former file, what people made of it, and a new file that may have little or much to do with it."""
    former = draw(st.just([]) | files())
    now = draw(changed(named(former)))
    new = draw(st.just(former) | files() | st.builds(lambda: former[::2]))
    return named(former), now, new


def peoples(former: list[Delivered], now: list[Standing]) -> list[Standing]:
    """The cues that are not as they were delivered, by their words, cut and number."""
    text = {cue.key: cue.text for cue in former}
    uses = [key for cue in now for key in cue.origins]
    return [
        cue for cue in now
        if len(cue.origins) != 1 or uses.count(cue.origins[0]) != 1 or text.get(cue.origins[0]) != cue.text
    ]  # fmt: skip


@given(files().flatmap(lambda file: st.tuples(st.just(file), changed(named(file)))))
def test_a_file_delivered_again_unchanged_changes_nothing(story: tuple[list[Came], list[Standing]]) -> None:
    file, now = story
    found = merge(named(file), now, file)
    assert sorted(found.cues, key=lambda cue: cue.key or "") == sorted(
        (Merged(cue.key, cue.start, cue.end, cue.text, cue.settings, cue.origins) for cue in now),
        key=lambda cue: cue.key or "",
    )
    assert list(found.came) == [cue.key for cue in named(file)]
    assert (found.lost, found.contested) == ((), ())


@given(stories())
def test_what_a_merge_made_is_not_changed_by_the_same_file(
    story: tuple[list[Delivered], list[Standing], list[Came]],
) -> None:
    found = merge(*story)
    cues, names = next_names(found)
    former = [Delivered(name, cue.start, cue.end, cue.text) for name, cue in zip(names, story[2], strict=True)]
    now = [Standing(cue.key or "", cue.start, cue.end, cue.text, cue.settings, cue.origins) for cue in cues]
    again = merge(former, now, story[2])
    assert list(again.cues) == cues
    assert list(again.came) == names
    assert (again.lost, again.contested) == ((), ())


@given(stories(), st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(0, 5000))
def test_another_timing_keeps_every_key_and_all_words(
    story: tuple[list[Delivered], list[Standing], list[Came]], speeds: list[int], later: int
) -> None:
    former, now, _new = story
    moments = sorted({time for cue in former for time in (cue.start, cue.end)})
    ways = [moments[0] * speeds[0]] if moments else []
    ways += [(end - start) * speeds[n % len(speeds)] for n, (start, end) in enumerate(pairwise(moments))]
    when = dict(zip(moments, (later + way for way in accumulate(ways)), strict=True))
    found = merge(former, now, [Came(when[cue.start], when[cue.end], cue.text, "") for cue in former])
    assert found.lost == ()
    assert {cue.key: cue.text for cue in found.cues} == {cue.key: cue.text for cue in now}
    untouched = {cue.key for cue in now} - {cue.key for cue in peoples(former, now)}
    times = {cue.key: (cue.start, cue.end) for cue in former}
    for cue in found.cues:
        before = next(one for one in now if one.key == cue.key)
        if cue.key in untouched and (before.start, before.end) == times[cue.origins[0]]:
            assert (cue.start, cue.end) == (when[before.start], when[before.end])


@given(stories())
def test_peoples_words_are_never_replaced(story: tuple[list[Delivered], list[Standing], list[Came]]) -> None:
    former, now, new = story
    found = merge(former, now, new)
    stands = {cue.key: cue.text for cue in found.cues}
    lost = {cue.key for cue in found.lost}
    for cue in peoples(former, now):
        assert (stands.get(cue.key) == cue.text) != (cue.key in lost)
    assert lost.isdisjoint(stands)
    assert set(found.contested) <= set(found.kept) <= set(stands)
    assert lost | set(found.kept) <= {cue.key for cue in now}


@given(stories())
def test_no_key_is_given_twice(story: tuple[list[Delivered], list[Standing], list[Came]]) -> None:
    keys = [cue.key for cue in merge(*story).cues if cue.key is not None]
    assert len(keys) == len(set(keys))


@given(stories())
def test_every_cue_of_the_file_stands_or_is_covered(
    story: tuple[list[Delivered], list[Standing], list[Came]],
) -> None:
    former, now, new = story
    found = merge(former, now, new)
    cues, names = next_names(found)
    removed = {cue.key for cue in former} - {key for cue in now for key in cue.origins}
    origins = {key for cue in cues for key in cue.origins}
    assert len(names) == len(new)
    assert set(names) <= origins | removed
    assert [name for name in found.came if name is None] == [cue.key for cue in found.cues if cue.key is None]
    fresh = [cue for cue, name in zip(new, found.came, strict=True) if name is None]
    assert [(cue.start, cue.text) for cue in found.cues if cue.key is None] == [(cue.start, cue.text) for cue in fresh]


@given(stories())
def test_what_nobody_changed_and_the_file_has_not_just_ends(
    story: tuple[list[Delivered], list[Standing], list[Came]],
) -> None:
    former, now, new = story
    ended = {cue.key for cue in now} - {cue.key for cue in merge(former, now, new).cues}
    lost = {cue.key for cue in merge(former, now, new).lost}
    assert lost == ended & {cue.key for cue in peoples(former, now)}
