"""We read WebVTT as the W3C's own parser does, but where that one leaves the text of the standard."""

from collections import Counter

import pytest

from tests.subtitles import generated, oracle

FILES = 10_000


def compare(files: list[bytes]) -> Counter[str]:
    """How often each deviation shows, and under "none" how many files are read alike; anything else fails.

    Also compared is what remains of a file whose blocks the oracle takes otherwise."""
    shown: Counter[str] = Counter()
    for file, theirs in zip(files, oracle.read(files), strict=True):
        deviations, unexcused = oracle.differences(file, theirs)
        assert not unexcused, (file, unexcused)
        shown.update(deviations or {"none"})
    remainders = list(filter(None, map(oracle.remainder, files)))
    if remainders:
        compare(remainders)
    return shown


def test_each_case_alone_is_read_as_the_oracle_reads_it() -> None:
    assert compare(generated.cases())["none"] > 200


@pytest.mark.slow
def test_ten_thousand_files_are_read_as_the_oracle_reads_them() -> None:
    shown = compare([generated.file(number) for number in range(FILES)])
    assert shown.pop("none") > FILES * 2 / 3
    assert set(shown) == set(oracle.DEVIATIONS), "a deviation that no file shows is none: strike it from the list"
