"""Chalk lines as SVG: the ornaments of the printed certificate, drawn by rule and the same every time.

A stroke of chalk is a handful of thin hairs side by side, each wandering a little and broken by dashes of uneven
length, which is how the grain of a blackboard lets a line through. Lengths are in millimetres.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from random import Random

TABLEAU = "#1f5c4d"
TILLEUL = "#8fae80"
OCRE = "#9a5510"
ARDOISE = "#20302c"

Point = tuple[float, float]


def _hair(points: Sequence[Point], offset: float, wander: float, dice: Random, curve: bool) -> str:
    """Path data of one hair: the points moved sideways by `offset` and at random by `wander`."""
    moved = []
    for number, (x, y) in enumerate(points):
        before, after = points[max(number - 1, 0)], points[min(number + 1, len(points) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1
        side = offset + dice.gauss(0, wander)
        moved.append((x - dy / length * side, y + dx / length * side))
    start, rest = moved[0], moved[1:]
    data = f"M{start[0]:.2f} {start[1]:.2f}"
    if not curve or len(rest) < 3:
        return data + "".join(f"L{x:.2f} {y:.2f}" for x, y in rest)
    for one, two in pairwise(rest):
        data += f"Q{one[0]:.2f} {one[1]:.2f} {(one[0] + two[0]) / 2:.2f} {(one[1] + two[1]) / 2:.2f}"
    return data + f"L{rest[-1][0]:.2f} {rest[-1][1]:.2f}"


def stroke(points: Sequence[Point], width: float, colour: str, dice: Random, *, hairs: int = 6) -> str:
    """SVG paths of one chalk stroke along `points`, about `width` thick."""
    paths = []
    for number in range(hairs):
        edge = (number + 0.5) / hairs * 2 - 1
        # hairs at the edge of a piece of chalk touch the board less often
        touch = 1 - 0.75 * abs(edge) ** 1.5
        dashes = " ".join(
            f"{dice.uniform(0.6, 5) * touch + 0.15:.2f} {dice.uniform(0.1, 0.7) / touch:.2f}" for _ in range(9)
        )
        paths.append(
            f'<path d="{_hair(points, edge * width / 2, width * 0.07, dice, True)}" stroke="{colour}" '
            f'stroke-width="{width / hairs * 1.35:.3f}" stroke-opacity="{0.55 + 0.4 * touch:.2f}" '
            f'stroke-dasharray="{dashes}"/>'
        )
    return "".join(paths)


def _line(start: Point, end: Point, step: float = 11) -> list[Point]:
    count = max(2, round(math.dist(start, end) / step))
    return [
        (start[0] + (end[0] - start[0]) * part / count, start[1] + (end[1] - start[1]) * part / count)
        for part in range(count + 1)
    ]


def _ring(centre: Point, radius: Callable[[float], float], *, count: int = 40, turns: float = 1.0) -> list[Point]:
    angles = [turns * math.tau * number / count - math.tau / 4 for number in range(count + 1)]
    return [(centre[0] + radius(a) * math.cos(a), centre[1] + radius(a) * math.sin(a)) for a in angles]


def _leaf(stalk: Point, length: float, angle: float, dice: Random) -> str:
    """A lime leaf: a heart with a midrib and four veins, on a stalk that starts at `stalk` and points along `angle`."""
    outline = [(0.3, 0.0), (0.22, 0.2), (0.42, 0.38), (0.68, 0.34), (0.9, 0.16), (1.12, 0.0)]
    outline += [(x, -y) for x, y in reversed(outline[:-1])]

    def placed(x: float, y: float) -> Point:
        turned = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        return stalk[0] + turned[0] * length, stalk[1] + turned[1] * length

    heart = stroke([placed(x, y) for x, y in outline], length * 0.06, TABLEAU, dice, hairs=3)
    rib = stroke(
        [placed(x, 0.03 * math.sin(x * 4)) for x in (0, 0.3, 0.6, 0.95)], length * 0.05, TABLEAU, dice, hairs=2
    )
    veins = "".join(
        stroke([placed(x, 0), placed(x + 0.1, side * 0.11), placed(x + 0.16, side * 0.21)], 0.3, TILLEUL, dice, hairs=2)
        for x in (0.42, 0.6)
        for side in (-1, 1)
    )
    return heart + rib + veins


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" fill="none" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
    )


@cache
def border(width: float = 297, height: float = 210) -> str:
    """The frame of a page: a thick chalk line, a thin one inside it, and a pair of lime leaves in each corner."""
    dice = Random(18)
    body = ""
    for inset, thick, colour, over, hairs in ((9.0, 1.2, TABLEAU, 2.6, 5), (12.4, 0.5, TILLEUL, 1.2, 3)):
        left, top, right, bottom = inset, inset, width - inset, height - inset
        # drawn by hand, the four lines overshoot their corners a little
        for start, end in (
            ((left - over, top), (right + over * 0.4, top)),
            ((right, top - over * 0.7), (right, bottom + over)),
            ((right + over, bottom), (left - over * 0.5, bottom)),
            ((left, bottom + over * 0.8), (left, top - over)),
        ):
            body += stroke(_line(start, end), thick, colour, dice, hairs=hairs)
    corners = ((17, 17, 45), (width - 17, 17, 135), (width - 17, height - 17, 225), (17, height - 17, 315))
    for x, y, angle in corners:
        for turn, length in ((-33, 12.5), (35, 10)):
            body += _leaf((x, y), length, math.radians(angle + turn), dice)
    return _svg(width, height, body)


@cache
def rule(length: float = 120, colour: str = TABLEAU) -> str:
    """A horizontal stroke, as under a name on a blackboard."""
    dice = Random(29)
    points = [(1 + (length - 2) * part / 12, 1.5 + 0.25 * math.sin(part)) for part in range(13)]
    return _svg(length, 3, stroke(points, 0.7, colour, dice, hairs=5))


@cache
def roundel(diameter: float = 34) -> str:
    """A circle drawn in one turn and a bit, where the credits are written."""
    dice = Random(7)
    middle = (diameter / 2, diameter / 2)
    outer = _ring(middle, lambda angle: diameter / 2 - 1.6 + 0.25 * math.sin(2 * angle), turns=1.04)
    inner = _ring(middle, lambda angle: diameter / 2 - 3.4 + 0.15 * math.sin(3 * angle))
    return _svg(diameter, diameter, stroke(outer, 1.0, TABLEAU, dice) + stroke(inner, 0.35, TILLEUL, dice, hairs=3))


@cache
def tree(size: float = 24) -> str:
    """The lime tree of the yard: a crown of three scalloped turns, a trunk, the ground."""
    dice = Random(41)
    unit = size / 24
    body = ""
    for x, y, radius, lobes in ((12, 8.6, 6.6, 9), (8.4, 10.6, 4.4, 7), (15.8, 10.8, 4.2, 7)):
        ring = _ring(
            (x * unit, y * unit),
            lambda angle, radius=radius, lobes=lobes: unit * (radius + 0.45 * abs(math.sin(lobes * angle / 2))),  # type: ignore[misc]
            count=54,
        )
        body += stroke(ring, 0.42 * unit, TABLEAU if radius > 5 else TILLEUL, dice, hairs=4)
    for x, top in ((11.2, 13.5), (12.9, 13.2)):
        trunk = [(x, top), (x + (x - 12) * 0.1, 17), (x + (x - 12) * 0.7, 21.2)]
        body += stroke([(a * unit, b * unit) for a, b in trunk], 0.5 * unit, TABLEAU, dice, hairs=4)
    for start, bend, end in (((12, 15), (10.6, 12.4), (9.2, 11.2)), ((12.2, 14.4), (13.6, 12), (15, 10.8))):
        body += stroke([(a * unit, b * unit) for a, b in (start, bend, end)], 0.35 * unit, TABLEAU, dice, hairs=3)
    ground = [(2 + 20 * part / 8, 21.6 + 0.25 * math.sin(part * 1.7)) for part in range(9)]
    body += stroke([(a * unit, b * unit) for a, b in ground], 0.5 * unit, OCRE, dice, hairs=4)
    return _svg(size, size, body)
