"""LaTeX formulas to MathML, checked. Pure: no Django.

latex2mathml accepts almost anything and never says that it did not know a command; what it returns is read again here,
so that an author hears of a misspelt command and no link, style, class or identifier leaves a formula.
"""

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

from latex2mathml.converter import convert

LONGEST = 2000  # characters of LaTeX; converting is not linear, and no formula that a person reads comes near it
DEEPEST = 60  # nested MathML elements

_OPERATOR = "accent fence form largeop lspace maxsize minsize movablelimits rspace separator stretchy symmetric"
_TABLE = "columnalign columnlines columnspacing displaystyle frame rowlines rowspacing"

ATTRIBUTES: dict[str, frozenset[str]] = {
    "math": frozenset({"display"}),
    "mi": frozenset({"mathvariant"}),
    "mn": frozenset({"mathvariant"}),
    "mo": frozenset(_OPERATOR.split()),
    "mtext": frozenset({"mathvariant"}),
    "ms": frozenset(),
    "mspace": frozenset({"width", "height", "depth", "linebreak"}),
    "mrow": frozenset(),
    "mfrac": frozenset({"linethickness"}),
    "msqrt": frozenset(),
    "mroot": frozenset(),
    "mstyle": frozenset({"displaystyle", "scriptlevel"}),
    "mpadded": frozenset({"width", "height", "depth", "lspace", "voffset"}),
    "mphantom": frozenset(),
    "menclose": frozenset({"notation"}),
    "msub": frozenset(),
    "msup": frozenset(),
    "msubsup": frozenset(),
    "munder": frozenset({"accentunder"}),
    "mover": frozenset({"accent"}),
    "munderover": frozenset({"accent", "accentunder"}),
    "mmultiscripts": frozenset(),
    "mprescripts": frozenset(),
    "none": frozenset(),
    "mtable": frozenset(_TABLE.split()),
    "mtr": frozenset(),
    "mtd": frozenset({"columnalign", "columnspan", "rowspan"}),
}
"""The MathML elements that a page may hold, each with its attributes (MathML Core, and MathML 3 for tables)."""

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


class BadFormula(ValueError):
    """The LaTeX is not a formula that can be shown; the message says why in a few words."""


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """The `<math>` element of a LaTeX formula written without its dollars; `display` for one on a line of its own.

    Refuses with BadFormula: nothing, more than LONGEST characters, unbalanced braces, an unknown command, nesting
    beyond DEEPEST, and whatever latex2mathml cannot read.
    """
    latex = latex.strip()
    if not latex:
        raise BadFormula("empty formula")
    if len(latex) > LONGEST:
        raise BadFormula(f"formula longer than {LONGEST} characters")
    _balance(latex)
    try:
        root = ET.fromstring(convert(latex, display="block" if display else "inline"))
        _check(root, 0)
        return ET.tostring(root, encoding="unicode")
    except BadFormula:
        raise
    # The converter lets whatever its internals meet come out: IndexError, KeyError, RecursionError, its own family.
    except Exception as error:
        raise BadFormula(_why(error)) from error


def _balance(latex: str) -> None:
    depth = deepest = 0
    for found in _BRACE.finditer(latex):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        deepest = max(deepest, depth)
        if depth < 0:
            raise BadFormula("closing brace without an opening one")
    if depth:
        raise BadFormula("brace not closed")
    if deepest > DEEPEST:
        raise BadFormula("nested too deeply")


def _check(element: ET.Element, depth: int) -> None:
    """Drops the namespace (HTML needs none) and every attribute not listed; refuses what no reader could be shown."""
    if depth > DEEPEST:
        raise BadFormula("nested too deeply")
    element.tag = element.tag.rpartition("}")[2]
    if element.tag not in ATTRIBUTES:
        raise BadFormula(f"element {element.tag} not shown")
    if element.tag in ("mi", "mo") and (text := element.text or "").startswith("\\") and len(text) > 1:
        raise BadFormula(f"unknown command {text}")
    for name in [name for name in element.attrib if name not in ATTRIBUTES[element.tag]]:
        del element.attrib[name]
    for child in element:
        _check(child, depth + 1)


def _why(error: Exception) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
    known = {
        "no available tokens": "formula ends too early",
        "recursion": "nested too deeply",
    }
    return known.get(words, f"formula not understood ({words})")
