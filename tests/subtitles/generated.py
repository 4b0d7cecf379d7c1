"""Files of WebVTT from a seed: sound ones, nearly sound ones, and what is left of them after an accident."""

import random
from collections.abc import Callable

SIGNATURES = ["WEBVTT"] * 30 + ["WEBVTT - a title", "WEBVTT\t", "\ufeffWEBVTT"]
SIGNATURES += ["WEBVTTX", "webvtt", "\ufeff\ufeffWEBVTT", ""]
NEWLINES = ["\n"] * 6 + ["\r\n", "\r"]
TIMES = ["00:01.000", "00:02.500", "01:02:03.004", "00:59.999", "100:00:00.000", "00:00:00.000"]
BAD_TIMES = [
    "00:61.000", "1:00.000", "1:00:00.000", "00:01.00", "00:01", "00:01,000", "61:00.000", "00:00:60.000", "-00:01.000",
    "00:01.0000", "00:60:00.000", "12345678901234:00:00.000", "0:0:0.000", "\u0661\u0660:00.000", "",
]  # fmt: skip
ARROWS = [" --> "] * 20 + ["-->", "\t-->\t", " -->", "--> ", " -> ", " --->", "\f-->\f", " --> --> ", "\u00a0-->\u00a0"]
SETTINGS = [
    "vertical:rl", "vertical:lr", "line:0", "line:-1", "line:50%", "line:1.5", "line:10,end", "line:100%,center",
    "position:50%", "position:10%,line-left", "position:99.5%,line-right", "size:50%", "size:0%", "align:start",
    "align:end", "align:left", "align:center", "region:a", "region:b",
]  # fmt: skip
BAD_SETTINGS = [
    "vertical:up", "vertical", "line:", "line:-", "line:-5%", "line:101%", "line:100.5%", "line:1,", "line:1,start,end",
    "line:.5", "line:-.5", "line:5.", "line:1e2", "line:--1", "line:1%%", "line:-0", "position:5", "position:+5%",
    "position:.5%", "position:5.%", "position:1e1%", "position:101%", "position:100.5%", "position:5%,middle",
    "position:5%,center,center", "size:", "size:-1%", "size:1e1%", "size:100.1%", "size:0x10%", "size:5",
    "align:middle", "align:", ":start", ":", "align", "Align:start", "foo:bar", "size:\uff15%", "region:none",
    "line:" + "9" * 400,
]  # fmt: skip
WORDS = [
    "Bonjour",
    "à tous",
    "x < y",
    "3 > 2",
    "AT&T",
    "--",
    "-- >",
    "é\u0301",
    "🎓",
    "\u2028",
    " ",
    "<",
    ">",
    "&",
    ";",
    "\0",
]
TAGS = [
    "<i>", "</i>", "<b>", "</b>", "<u>", "</u>", "<c>", "</c>", "<ruby>", "<rt>", "</rt>", "</ruby>", "<v Ana>", "</v>",
    "<lang fr>", "</lang>", "<00:01.500>", "<c.red.large>", "<i.x>", "<v.loud Ana  B>",
]  # fmt: skip
BAD_TAGS = [
    "<>", "</>", "< i>", "<I>", "<x>", "</x>", "<i", "</i", "<v", "<v\nAna>", "<c..a.>", "<.a>", "<rt.x>", "<00:01>",
    "<1", "<00:01.000 >", "<c.a\tb>", "<c.a\nb>", "<v\tA\fB>", "<lang>", "<script>alert(1)</script>", "<i/>",
    "<v A.b>", "<v A&amp;B>", "<lang &lt;>", "<rt>", "<9:00:00.000>",
]  # fmt: skip
ENTITIES = [
    "&amp;", "&lt;", "&gt;", "&nbsp;", "&lrm;", "&eacute;", "&#65;", "&#233;", "&amp", "&", "&;", "&foo;", "&notit;",
    "&#x41;", "&#X1F600;", "&#128512;", "&#0;", "&#x;", "&#;", "&#150;", "&#xD800;", "&copy b", "&ampamp;", "&&amp;",
    "&ClockwiseContourIntegral;", "&nsubE;", "&#1114112;", "&#99999999999;",
]  # fmt: skip
REGIONS = [
    "id:a",
    "id:b width:40%",
    "lines:2",
    "regionanchor:0%,100%",
    "viewportanchor:10%,90%",
    "scroll:up",
    "id:",
    "x",
]
NOTES = ["NOTE", "NOTE a comment", "NOTE\ton a tab", "NOTES", "NOTE\nof two\nlines", "NOTE\n00:01.000 --> 00:02.000\nx"]
STYLES = [
    "STYLE\n::cue { color: red }",
    "STYLE \n::cue(b) {}\n.x{}",
    "STYLE",
    "STYLE x\ny",
    "STYLE\na { --x: 1 }\nb --> c",
]
JUNK = ["alone", "two\nlines", "-->", "a --> b", "STYLE\n00:01.000 --> 00:02.000\nx", " "]
ACCIDENTS = [
    b"\n",
    b"\n\n",
    b"\r",
    b"\0",
    b"-->",
    b"<",
    b">",
    b"&",
    b":",
    b".",
    b" ",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xe2\x82",
]


def file(seed: int) -> bytes:
    """The file of that number, always the same; about half of them are sound."""
    dice = random.Random(seed)
    careful = dice.random() < 0.5
    blocks = [dice.choices(BLOCKS, WEIGHTS)[0](dice, careful) for _ in range(dice.randrange(7))]
    between = ["\n\n"] if careful else ["\n\n"] * 8 + ["\n", "\n\n\n", ""]
    text = "WEBVTT" if careful else dice.choice(SIGNATURES)
    text += dice.choice(["\n\n"] * 12 + ["\n", "\nKind: captions\n\n"])
    text += "".join(block + dice.choice(between) for block in blocks)
    data = text.replace("\n", dice.choice(NEWLINES)).encode()
    return data if careful or dice.random() < 0.5 else _accident(dice, data)


def _accident(dice: random.Random, data: bytes) -> bytes:
    """Bytes lost, doubled, or come from elsewhere."""
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data) + 1)
        until = at + dice.choice([0, 0, 1, 1, 5])
        data = data[:at] + dice.choice([b"", data[at:until] * 2, dice.choice(ACCIDENTS)]) + data[until:]
    return data


def cue(dice: random.Random, careful: bool) -> str:
    identifier = dice.choice(
        ["", "", "", "1\n", "intro\n", " a b \n", "NOTEWORTHY\n"] + ([] if careful else ["a\nb\n"])
    )
    start, end = (_pick(dice, careful, TIMES, BAD_TIMES, 0.08) for _ in range(2))
    arrow = " --> " if careful else dice.choice(ARROWS)
    settings = [_pick(dice, careful, SETTINGS, BAD_SETTINGS, 0.3) for _ in range(dice.choice([0, 0, 0, 1, 2, 4]))]
    lines = "\n".join(text(dice, careful) for _ in range(dice.choice([0, 1, 1, 1, 2, 3])))
    return f"{identifier}{start}{arrow}{end}{''.join(' ' + each for each in settings)}\n{lines}"


def text(dice: random.Random, careful: bool) -> str:
    """A line of cue text, perhaps more than one by a tag with a line break."""
    kinds = [(WORDS[:2], WORDS), (TAGS, BAD_TAGS), (ENTITIES[:8], ENTITIES[8:])]
    parts = (_pick(dice, careful, *dice.choice(kinds), 0.4) for _ in range(dice.randrange(1, 7)))
    return "".join(parts)


def _pick(dice: random.Random, careful: bool, sound: list[str], bad: list[str], often: float) -> str:
    return dice.choice(bad if not careful and dice.random() < often else sound)


def region(dice: random.Random, careful: bool) -> str:
    return "REGION\n" + "\n".join(dice.choices(REGIONS, k=dice.randrange(4)))


def note(dice: random.Random, careful: bool) -> str:
    return dice.choice(NOTES[:3] if careful else NOTES)


def style(dice: random.Random, careful: bool) -> str:
    return dice.choice(STYLES[:2] if careful else STYLES)


def junk(dice: random.Random, careful: bool) -> str:
    return dice.choice(JUNK[:2] if careful else JUNK)


BLOCKS: list[Callable[[random.Random, bool], str]] = [cue, region, note, style, junk]
WEIGHTS = [24, 2, 2, 1, 2]


def cases() -> list[bytes]:
    """Each thing that this grammar knows, alone in a file that is sound otherwise."""
    start, end = TIMES[:2]
    timing = f"{start} --> {end}"
    blocks = [f"{timing} {setting}\nx" for setting in SETTINGS + BAD_SETTINGS]
    blocks += [f"{timing}\na{each}b" for each in WORDS + TAGS + BAD_TAGS + ENTITIES]
    blocks += [f"{timing}\n<ruby>a{each}b</ruby>c" for each in TAGS + BAD_TAGS]
    blocks += [f"{time} --> {end}\nx" for time in TIMES + BAD_TIMES] + [f"{start} --> {time}\nx" for time in BAD_TIMES]
    blocks += [f"{start}{arrow}{end}\nx" for arrow in ARROWS]
    blocks += [f"{block}\n\n{timing}\nx" for block in NOTES + STYLES + JUNK + REGIONS]
    blocks += [f"{timing}\nx\n\n{block}" for block in NOTES + STYLES + JUNK]
    files = [f"WEBVTT\n\n{block}\n" for block in blocks]
    files += [f"{signature}{newline * 2}{timing}{newline}x" for signature in SIGNATURES for newline in NEWLINES]
    return [each.encode() for each in files]
