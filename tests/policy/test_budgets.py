"""The budgets of the house: a build fails while what outgrew them is still small (style.md)."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

SOURCE = Path(settings.ROOT) / "src" / "preau"
TESTS = Path(settings.ROOT) / "tests"
LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEMPLATE = 150
DRAWERS = {"helpers.py", "utils.py", "util.py", "misc.py", "helper.py"}
# Imports inside functions: an application's `ready` (no model may load before it), and what is too heavy for the web
# process to carry from its start. Nothing else.
HEAVY = {
    ("peer/rules.py", "model"),
    ("certificates/integrity.py", "canonical"),  # pyld, openbadgeslib
    ("certificates/checking.py", "sealing"),  # pyHanko
    ("certificates/checking.py", "verification"),
    ("certificates/tending.py", "Press"),  # typst, pyHanko
    ("certificates/tending.py", "statement_signing"),
    ("certificates/minutes.py", "typst"),
    ("desk/holidays.py", "holidays"),
    ("accounts/schools.py", "schooling"),  # requests
    ("desk/workbooks.py", "xlsxwriter"),
}

# Written apart, so that this file does not find itself.
PROMISES = ("TO" + "DO", "FIX" + "ME", "XX" + "X ")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """(path from the package, tree) of every module but the migrations."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(SOURCE)), ast.parse(path.read_text())


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_over_forty_lines() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for name, tree in modules()
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_no_file_is_over_four_hundred_lines() -> None:
    sizes = {str(p.relative_to(SOURCE)): len(p.read_text().splitlines()) for p in SOURCE.rglob("*.py")}
    long = {name: size for name, size in sizes.items() if size > LONGEST_FILE and "migrations" not in name}
    assert not long


def test_no_template_is_over_a_hundred_and_fifty_lines() -> None:
    sizes = {str(p.relative_to(SOURCE)): len(p.read_text().splitlines()) for p in SOURCE.rglob("templates/**/*.html")}
    assert not {name: size for name, size in sizes.items() if size > LONGEST_TEMPLATE}


def test_each_template_of_ours_says_its_variables_first() -> None:
    silent = [
        str(p.relative_to(SOURCE)) for p in SOURCE.rglob("templates/**/*.html") if not p.read_text().startswith("{#")
    ]
    assert not silent


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert not [str(p) for root in (SOURCE, TESTS) for p in root.rglob("*.py") if p.name in DRAWERS]


def test_a_rooms_init_imports_nothing() -> None:
    busy = [
        name
        for name, tree in modules()
        if name.endswith("__init__.py") and any(isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(tree))
    ]
    assert not busy


def test_nothing_is_imported_inside_a_function_but_the_heavy() -> None:
    found = {
        (name, alias.name)
        for name, tree in modules()
        for function in functions(tree)
        if not (name.endswith("/apps.py") and function.name == "ready")
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert found <= HEAVY, found - HEAVY
    assert found >= HEAVY, "no longer imported inside a function: strike it from the list"


@pytest.mark.parametrize("process", ["preau.config.urls", "preau.config.worker"])
def test_no_process_carries_what_signs_and_prints_before_it_is_asked_to(process: str) -> None:
    heavy = ("pyld", "openbadgeslib", "pyhanko", "typst", "xlsxwriter", "numpy", "pikepdf", "requests")
    program = f"""
import sys, django
django.setup()
import {process}
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_promised_for_later() -> None:
    files = [p for root in (SOURCE, TESTS) for p in root.rglob("*") if p.suffix in {".py", ".html", ".js", ".css"}]
    ours = [p for p in files if not {"built", "node_modules"} & set(p.parts)]
    found = [str(p) for p in ours if any(word in p.read_text() for word in PROMISES)]
    assert not found


def test_every_module_with_verbs_or_doors_says_what_it_is_for() -> None:
    speaking = {"actions.py", "access.py", "queries.py", "rules.py", "kind.py", "tasks.py"}
    silent = [n for n, tree in modules() if Path(n).name in speaking and not ast.get_docstring(tree)]
    assert not silent


def test_public_verbs_and_reads_have_a_docstring() -> None:
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in modules()
        if Path(name).name in {"actions.py", "access.py"}
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent


def test_the_arrows_have_no_exception() -> None:
    contracts = tomllib.loads((Path(settings.ROOT) / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} >= {"ladder", "pure"}
    assert not [c["id"] for c in contracts if c.get("ignore_imports") or c.get("unmatched_ignore_imports_alerting")]
    ladder = next(c for c in contracts if c["id"] == "ladder")
    assert ladder["exhaustive"]


def test_every_rules_module_is_in_the_contract_of_purity() -> None:
    contracts = tomllib.loads((Path(settings.ROOT) / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    pure = set(next(c for c in contracts if c["id"] == "pure")["source_modules"])
    rules = {f"preau.{path.parent.name}.rules" for path in SOURCE.glob("*/rules.py")}
    assert rules <= pure
