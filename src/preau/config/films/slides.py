"""The pictures of a film, one for each line that is said: laid out by typst from `slides.typ`, the site's colours.

typst and not Pillow: the font that Pillow brings has no accents, those that typst brings have, and the same ones print
the certificates; the same script gives the same points on any machine.
"""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from preau.certificates import chalk
from preau.config.films.script import Script

SIZE = (854, 480)
TEMPLATE = Path(__file__).with_name("slides.typ")


class Undrawable(ValueError):
    """A slide whose words have no room, or whose formula is none."""


def draw(script: Script) -> list[bytes]:
    """A PNG of SIZE for each line of the script, in order. Raises `Undrawable`."""
    slides = [
        {key: value for key, value in asdict(slide).items() if key != "lines"} | {"steps": len(slide.lines)}
        for slide in script.slides
    ]
    data = json.dumps({"title": script.title, "slides": slides}, ensure_ascii=False)
    inputs = {"data": data, "tree": chalk.tree(60), "rule": chalk.rule(60, chalk.TILLEUL)}
    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)
    try:
        # 72 points to an inch: one point is one of the picture's
        made = compiler.compile(input=TEMPLATE.read_bytes(), format="png", ppi=72, sys_inputs=inputs)
    except typst.TypstError as error:
        raise Undrawable(str(error.message)) from error
    pictures = made if isinstance(made, list) else [made]
    return [picture for picture in pictures if isinstance(picture, bytes)]
