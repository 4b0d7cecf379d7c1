"""Bytes and tracks for properties: whatever an upload may hold, and whatever somebody may build."""

from hypothesis import strategies as st

from preau.subtitles.tracks import Cue, Region, Settings, Track
from tests.subtitles import generated

FRAGMENTS = [
    "WEBVTT", "\n", "\n\n", "\r\n", "\r", "NOTE", "STYLE", "REGION", "-->", " --> ", "00:01.000",
    "01:00:02.500 --> 01:00:03.000", "1\n", "00:00:01,000 --> 00:00:02,000\n", "0:00:01.000,0:00:02.000\n", "id:a",
    "region:a", "line:5",
    "size:50%", "<i>", "</i>", "<v Ana>", "<ruby><rt>", "</ruby>", "&amp;", "&", "<", ">", "{\\an8}",
    "<font color=red>", "texte",
    " ",
]  # fmt: skip
ODD_BYTES = [b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3"]

_pieces = st.sampled_from([fragment.encode() for fragment in FRAGMENTS] + ODD_BYTES) | st.binary(max_size=8)
_pasted = st.lists(_pieces, max_size=40).map(b"".join)

webvtt_files = (
    st.integers(min_value=10_000).map(generated.file)
    | _pasted.map(b"WEBVTT\n\n".__add__)
    | _pasted
    | st.binary(max_size=200)
)
srt_files = _pasted | _pasted.map(b"1\n00:00:01,000 --> 00:00:02,000\n".__add__)

any_text = st.text(max_size=30) | st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join)
times = st.floats() | st.integers(0, 10**8).map(lambda milliseconds: milliseconds / 1000)
any_settings = st.builds(
    Settings,
    vertical=st.sampled_from(["", "rl", "lr", "x\n\n"]),
    line=st.none() | st.floats(),
    snap_to_lines=st.booleans(),
    position=st.none() | st.floats(),
    size=st.floats(),
    align=st.sampled_from(["start", "center", "-->"]),
    region=st.none() | any_text,
)
any_cues = st.builds(Cue, id=any_text, start=times, end=times, text=any_text, settings=any_settings)
any_tracks = st.builds(
    Track,
    cues=st.lists(any_cues, max_size=4).map(tuple),
    regions=st.lists(st.builds(Region, id=any_text, width=st.floats(), lines=st.integers()), max_size=2).map(tuple),
    styles=st.lists(any_text, max_size=2).map(tuple),
)
