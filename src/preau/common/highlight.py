"""Code to HTML by classes, and the sheet that colours them. Pure: no Django.

Pygments' hundred token types are folded into eight, each one letter, because a reader on a phone gains nothing from
more and every class costs bytes in a page and contrast to check in a sheet.
"""

import re
from functools import lru_cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

LONGEST = 5_000  # characters of one piece of code that are coloured; what is longer is shown plain
MOST = 20_000  # characters of code that are coloured in one text
_TANGLED = re.compile(r"\s{150}|[^\n]{1000}")
# Not all patterns of the lexers are linear: a long run of blanks, a long line or many lines make some take minutes.

_LABELS = """
ada apl asm awk bash basic bat batch bibtex c c++ clojure cmake console cpp css cuda d dart diff
docker dockerfile elixir elm erlang f# fortran fsharp gherkin go golang graphql groovy haskell hcl html http ini
java javascript jinja js json json5 jsx julia kotlin latex lisp lua make makefile matlab md nasm nginx nix objc
ocaml octave pascal perl php postgres postgresql powershell prolog properties ps1 py pycon python python3 r
racket rb react rest rs rst ruby rust sas sass scala scheme scss sh shell sparql sql sqlite3 stata swift
systemverilog tcl terraform tex toml ts tsql tsx turtle typescript vb.net verilog vhdl vim vue xml xquery xslt
yaml yml zig zsh
"""
LANGUAGES = frozenset(_LABELS.split())
"""Labels that are coloured. A list of ours and not all that Pygments knows: learners write fences too, and its less
read lexers are where its patterns have run away."""

CLASSES: tuple[tuple[str, _TokenType], ...] = (
    ("c", Comment),
    ("i", Generic.Inserted),
    ("d", Generic.Deleted),
    ("h", Generic.Heading),
    ("h", Generic.Subheading),
    ("k", Keyword),
    ("k", Operator.Word),
    ("k", Name.Tag),
    ("s", String),
    ("n", Number),
    ("f", Name.Function),
    ("f", Name.Class),
    ("f", Name.Decorator),
    ("f", Name.Builtin),
    ("f", Name.Attribute),
)
LETTERS = frozenset(letter for letter, _ in CLASSES)

SLATE = "#2a3835"  # the lightest ground on which the dark theme shows code
# The palette of the site on its white card, and its lighter sisters on slate.
LIGHT = {"k": "#1f5c4d", "s": "#9a5510", "n": "#7a3b74", "c": "#5b6863", "f": "#1d4f8c", "i": "#1f5c4d", "d": "#a3301e"}
DARK = {"k": "#8fd0bd", "s": "#e8b47a", "n": "#d9a6d3", "c": "#9fada8", "f": "#9cc3f2", "i": "#8fd0bd", "d": "#f0a093"}


@lru_cache(maxsize=256)
def lexer_for(label: str) -> Lexer | None:
    """The lexer of a fence's label (its first word, any case), or None when the code is to be shown plain."""
    name = label.lower()
    return get_lexer_by_name(name, stripnl=False, ensurenl=False) if name in LANGUAGES else None


def highlight(code: str, label: str) -> str:
    """The inside of a `<code>`: `code` escaped, its parts in `<span class="…">` with the letters of CLASSES."""
    lexer = lexer_for(label) if len(code) <= LONGEST and not _TANGLED.search(code) else None
    if lexer is None:
        return escape(code, quote=False)
    runs: list[tuple[str, list[str]]] = []
    for kind, text in lexer.get_tokens(code):
        letter = _letter(kind)
        if runs and runs[-1][0] == letter:
            runs[-1][1].append(text)
        else:
            runs.append((letter, [text]))
    # Some lexers (of consoles, mostly) lose characters of what they were not made for.
    if "".join(text for _, parts in runs for text in parts) != code:
        return escape(code, quote=False)
    return "".join(_span(letter, "".join(parts)) for letter, parts in runs)


def highlight_css() -> str:
    """The sheet `common/static/common/code.css`: both themes, every colour at 4.5:1 or more on its ground."""
    dark = _variables(DARK)
    lines = [
        f":root{{{_variables(LIGHT)}}}",
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
        f"[data-theme=dark]{{{dark}}}",
        "pre.code{overflow-x:auto;tab-size:4}",
        *(f".code .{letter}{{color:var(--code-{letter})}}" for letter in LIGHT),
        ".code .k,.code .h{font-weight:600}",
        ".code .c{font-style:italic}",
        ".code .i,.code .d{text-decoration-thickness:1px}",
        ".code .d{text-decoration-line:line-through}",
    ]
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=1024)
def _letter(kind: _TokenType) -> str:
    return next((letter for letter, parent in CLASSES if kind[: len(parent)] == parent), "")


def _span(letter: str, text: str) -> str:
    inside = escape(text, quote=False)
    return f'<span class="{letter}">{inside}</span>' if letter and not text.isspace() else inside


def _variables(colours: dict[str, str]) -> str:
    return ";".join(f"--code-{letter}:{colour}" for letter, colour in colours.items())
