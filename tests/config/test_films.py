"""The sample course's films: scripts refused by line, pictures within their frame, a voice that gives subtitles their
times, and a film that is whole or not there."""

import io
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from preau.config import processes, programs, series
from preau.config.films import making, slides, timing, voice
from preau.config.films.script import FIGURES, ROW, BadScript, Line, Script, Slide, read
from preau.content import front_matter
from preau.subtitles import webvtt
from tests.content import films

REAL = sorted(making.SCRIPTS.glob("*.yaml"))
PATIENCE = 120  # seconds: a machine may be busy, and a passing test never waits for them
PLAIN = {(0xFB, 0xF8, 0xF2), (0xDF, 0xE9, 0xD8)}  # the paper, and the ground under the tree
SHORT = """\
unit: lecon
title: "Une leçon"
slides:
  - title: "Un projet"
    say:
      - {fr: "Un projet a un début & une fin.", en: "A project has a beginning & an end."}
  - title: "Trois durées"
    points:
      - {text: "La moins longue"}
      - {text: "La plus longue", at: 2}
    say:
      - {fr: "Cherchez d’abord la durée la moins longue, celle que tout le monde espère.", en: "First the shortest."}
      - {fr: "Puis la plus longue.", en: "Then the longest."}
"""


def short(folder: Path, text: str = SHORT) -> Path:
    path = folder / "lecon.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def real(path: Path) -> Script:
    return read(path.read_text(encoding="utf-8"))


def test_the_three_films_are_of_lessons_of_the_sample_course() -> None:
    headers = [front_matter.split(path.read_text(encoding="utf-8")) for path in series.COURSE.rglob("fr/**/*.md")]
    lessons = {header.meta.value["id"] for header in headers if header.meta.value["kind"] == "lesson"}
    assert len(REAL) == 3
    assert {real(path).unit for path in REAL} <= lessons
    assert [real(path).automatic for path in REAL].count(True) == 1


def test_a_machine_mishears_and_the_script_says_what() -> None:
    heard = next(script for script in map(real, REAL) if script.automatic)
    wrong = [line for line in heard.lines if line.heard.split() != line.fr.lower().strip("« .?").split()]
    assert len(wrong) >= len(heard.lines) / 2
    assert not any(mark in line.heard for line in heard.lines for mark in ".,;:?!«")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("title: \"Une leçon\"\n", "", 1, '"title" must be a text'),
        ("unit: lecon", "unit: Une leçon", 1, "no unit's id"),
        ("unit: lecon", "unit: [lecon]", 1, '"unit" must be a text'),
        ("title: \"Une", "tilte: \"Une", 2, 'did you mean "title"?'),
        ("    say:\n      - {fr: \"Un", "    tell:\n      - {fr: \"Un", 5, '"tell" is unknown'),
        ("    say:\n      - {fr: \"Un", "    say: {fr: \"Un", 5, '"say" must be a list'),
        (", en: \"Then the longest.\"", "", 13, '"en" is missing'),
        ("Puis la plus longue.", "Puis la plus longue. " * 5, 13, "at most 84 characters"),
        ("Then the longest.\"", "Then.\", heard: \"puis\"", 3, "every line"),
        ("Then the longest.", "\\u0007", 13, "one line"),
        ("    points:", "    pionts:", 8, 'did you mean "points"?'),
        ("    points:", "    boxes: [{text: a}, {text: b}]\n    points:", 8, "one figure"),
        ("    points:", "    columns: [a, b]\n    points:", 8, "only a grid"),
        ("    points:", "    bars:", 8, "above 0"),
        ("    points:", "    triangle:", 8, "a list of 4 to 4"),
        ("    points:", "    columns: [a, b]\n    grid:", 10, "a cross is in a column, 1 to 2"),
        ("at: 2", "at: 3", 10, "1 to 2"),
        ("at: 2", "at: true", 10, "1 to 2"),
        ("at: 2", "value: -1", 10, "from 0"),
        ("at: 2", "tone: loud", 10, "strong, out"),
        ("slides:", "slides: &a", 3, "anchors"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_line(old: str, new: str, line: int, reason: str) -> None:
    assert old in SHORT
    with pytest.raises(BadScript, match=f"line {line}: ") as refused:
        read(SHORT.replace(old, new, 1))
    assert refused.value.line == line
    assert reason in refused.value.reason


@given(st.recursive(st.none() | st.integers() | st.text("abc:", max_size=5), lambda one: st.lists(one) | one))
def test_nothing_but_a_script_is_read_and_nothing_else_is_raised(value: object) -> None:
    with pytest.raises(BadScript):
        read(str(value))


def scripts(lengths: list[int]) -> Script:
    sides = [
        Slide("", tuple(Line(f"{number} {line}", "") for line in range(count))) for number, count in enumerate(lengths)
    ]
    return Script("a", "A", tuple(sides))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.data())
def test_lines_follow_each_other_and_pictures_leave_no_gap(counts: list[int], data: st.DataObject) -> None:
    script = scripts(counts)
    many = len(script.lines)
    lengths = data.draw(st.lists(st.floats(0.1, 20), min_size=many, max_size=many))
    lines = timing.timed(script, lengths)
    assert [one.line for one in lines] == list(script.lines)
    assert [one.end - one.start for one in lines] == pytest.approx(lengths)
    assert all(one.shown <= one.start < one.end < one.until for one in lines)
    assert all(before.until == after.shown and before.end < after.start for before, after in pairwise(lines))
    assert lines[0].shown == 0
    total = sum(lengths) + timing.LEAD + sum(pause for _, pause in timing.pauses(script))
    assert lines[-1].until == pytest.approx(total)


@given(st.text("abcé <&>’", min_size=1, max_size=2 * ROW).map(lambda text: " ".join(text.split())).filter(bool))
def test_a_subtitle_keeps_its_words_in_two_rows_at_most(text: str) -> None:
    written = webvtt.serialise(webvtt.Track((webvtt.Cue("", 0, 1, timing.rows(text)),)))
    (cue,) = webvtt.parse(written).cues
    assert cue.plain().split() == text.split()
    assert cue.plain().count("\n") <= 1
    assert len(text) > ROW or "\n" not in cue.plain()


def pictures(script: Script) -> list[Image.Image]:
    return [Image.open(io.BytesIO(content)).convert("RGB") for content in slides.draw(script)]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_each_line_has_a_picture_with_something_on_it_and_nothing_leaves_it(path: Path) -> None:
    script = real(path)
    drawn = pictures(script)
    assert len(drawn) == len(script.lines)
    for picture in drawn:
        assert picture.size == slides.SIZE
        ink = sum(count for count, colour in picture.getcolors(1 << 20) or [] if colour not in PLAIN)
        assert ink > 1500
        for box in ((0, 0, 854, 20), (0, 460, 854, 480), (0, 0, 30, 480), (824, 0, 854, 480)):
            assert {colour for _, colour in picture.crop(box).getcolors(1 << 20) or []} <= PLAIN


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_picture_completes_itself_where_the_script_says_so(path: Path) -> None:
    drawn = iter(slides.draw(real(path)))
    for slide in real(path).slides:
        of_slide = [next(drawn) for _ in slide.lines]
        shown = [*slide.parts, *([slide.below] if slide.below else [])]
        for step, (before, after) in enumerate(pairwise(of_slide), 2):
            assert (before != after) == (any(part.at == step for part in shown) and bool(slide.figure))


@pytest.mark.parametrize("figure", FIGURES)
def test_what_has_no_room_is_refused_and_never_cut(figure: str) -> None:
    slide = SHORT.partition("    points:")[0] + f"    {figure}:\n"
    long = "a" + "+ x" * 38 if figure == "formula" else "anticonstitutionnellement" * 4
    for number in range(1, FIGURES[figure].start + 1):
        slide += f'      - {{text: "{long}", value: {number}}}\n'
    columns = "    columns: [a, b, c, d]\n" if figure == "grid" else ""
    text = slide + columns + '    say:\n      - {fr: "Oui.", en: "Yes."}\n'
    with pytest.raises(slides.Undrawable, match="no room"):
        slides.draw(read(text))


def test_a_formula_that_is_none_is_refused() -> None:
    text = SHORT.replace("    points:", "    formula:").replace("La plus longue", "frac(")
    with pytest.raises(slides.Undrawable):
        slides.draw(read(text))


def test_a_missing_program_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = making.missing()
    assert [("espeak-ng" in one, "ffmpeg" in one) for one in said] == [(True, False), (False, True)]
    assert all("apt-get install" in one for one in said)
    assert programs.missing([]) == []


@pytest.mark.film
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_each_film_lasts_about_a_minute(path: Path, tmp_path: Path) -> None:
    script = real(path)
    lines = making.record(script, tmp_path)
    sound = voice.read(tmp_path / "sound.wav")
    assert 60 < lines[-1].until < 100
    assert len(sound) / voice.RATE == pytest.approx(lines[-1].until, abs=0.01)


@pytest.mark.film
def test_one_hears_and_sees_each_line_while_its_subtitle_shows(tmp_path: Path) -> None:
    folder = making.make(short(tmp_path), tmp_path / "films")
    assert sorted(path.name for path in folder.iterdir()) == ["lecon.en.vtt", "lecon.fr.vtt", "lecon.mp4"]
    french, english = (webvtt.parse((folder / f"lecon.{name}.vtt").read_bytes()).cues for name in ("fr", "en"))
    assert french[0].plain() == "Un projet a un début & une fin."
    assert [cue.plain() for cue in english][1:] == ["First the shortest.", "Then the longest."]
    assert [(cue.start, cue.end) for cue in french] == [(cue.start, cue.end) for cue in english]
    container, picture, sound = films.streams(folder / "lecon.mp4")
    assert (picture["codec_name"], picture["width"], picture["height"], sound["codec_name"]) == (
        "h264",
        854,
        480,
        "aac",
    )
    assert float(container["duration"]) == pytest.approx(french[-1].end + timing.END, abs=0.1)
    heard = sound_of(folder / "lecon.mp4", tmp_path)
    for cue in french:
        assert loudest(heard, cue.start + 0.1, cue.end - 0.1) > 3000
    for before, after in pairwise(french):
        assert loudest(heard, before.end + 0.08, after.start - 0.08) < 500
    seen = [frame(folder / "lecon.mp4", cue.start) for cue in french]
    assert seen == [frame(folder / "lecon.mp4", cue.end) for cue in french]
    assert len(set(seen)) == 3


def sound_of(film: Path, folder: Path) -> voice.Samples:
    target = folder / "heard.wav"
    words = ["ffmpeg", "-v", "error", "-y", "-i", str(film), "-ac", "1", "-ar", str(voice.RATE), "-bitexact"]
    subprocess.run([*words, str(target)], check=True)
    return voice.read(target)


def loudest(samples: voice.Samples, start: float, end: float) -> int:
    return max(abs(one) for one in samples[int(start * voice.RATE) : int(end * voice.RATE)])


def frame(film: Path, at: float) -> bytes:
    """The picture at that moment, so small that what coding changes of it does not show."""
    small = ["-frames:v", "1", "-vf", "scale=61:34:flags=area,lutyuv=y=trunc(val/16)*16:u=128:v=128"]
    command = ["ffmpeg", "-v", "error", "-ss", f"{at:.3f}", "-i", str(film), *small]
    return subprocess.check_output([*command, "-f", "rawvideo", "-pix_fmt", "gray", "-"])


@pytest.mark.film
def test_a_machines_subtitles_say_so_by_their_name(tmp_path: Path) -> None:
    text = SHORT.replace('fr: "', 'heard: "un pro jet", fr: "')
    folder = making.make(short(tmp_path, text), tmp_path / "films")
    assert sorted(path.name for path in folder.iterdir()) == ["lecon.en.vtt", "lecon.fr.auto.vtt", "lecon.mp4"]
    cues = webvtt.parse((folder / "lecon.fr.auto.vtt").read_bytes()).cues
    assert {cue.plain() for cue in cues} == {"un pro jet"}


@pytest.mark.film
def test_a_film_is_made_once_and_again_when_its_script_changes(tmp_path: Path) -> None:
    source, kept = short(tmp_path), tmp_path / "films"
    first = making.make(source, kept)
    before = (first / "lecon.mp4").stat()
    assert making.make(source, kept) == first
    assert (first / "lecon.mp4").stat().st_ino == before.st_ino
    short(tmp_path, SHORT.replace("Puis", "Enfin"))
    second = making.make(source, kept)
    assert second != first
    assert {path.name for path in kept.iterdir()} == {"lock", second.name}


@pytest.mark.film
def test_a_script_that_cannot_be_filmed_leaves_nothing(tmp_path: Path) -> None:
    for text in (SHORT.replace("Un projet a", "Un projet ;"), SHORT.replace("    points:", "    formula:"), "unit: a"):
        broken = text.replace("Un projet ; un début & une fin.", "…")  # nothing to say
        with pytest.raises(making.Unfilmable, match=r"lecon\.yaml"):
            making.make(short(tmp_path, broken.replace("La plus longue", "frac(")), tmp_path / "films")
        assert [path.name for path in (tmp_path / "films").iterdir()] == ["lock"]


KILLED = """
import os, signal, sys, threading
from pathlib import Path
from preau.config.films import making
real = making.command
def command(*words):
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return real(*words)
making.command = command
making.make(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.film
@pytest.mark.faults
def test_killed_while_ffmpeg_works_it_leaves_no_half_film_and_the_next_call_makes_it(tmp_path: Path) -> None:
    source, kept = REAL[-1], (tmp_path / "films").resolve()
    done = subprocess.run([sys.executable, "-P", "-c", KILLED, str(source), str(kept)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not making.kept(source, kept).exists()
    assert (kept / making.WORKSHOP / "pictures.txt").exists()
    assert processes.wait_until(lambda: not at_work_in(kept), PATIENCE)
    folder = making.make(source, kept)
    (container, *_) = films.streams(folder / f"{source.stem}.mp4")
    cues = webvtt.parse((folder / f"{source.stem}.en.vtt").read_bytes()).cues
    assert float(container["duration"]) == pytest.approx(cues[-1].end + timing.END, abs=0.1)
    assert sorted(path.name for path in kept.iterdir()) == sorted(["lock", folder.name])


def at_work_in(folder: Path) -> bool:
    """Does a process run in the folder?"""
    found = [os.path.realpath(one / "cwd") for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return any(one.startswith(str(folder)) for one in found)
