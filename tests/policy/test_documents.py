"""Words are part of a change: settings, commands, rooms and decisions are written down, and no link leads nowhere."""

import ast
import re
from argparse import SUPPRESS
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class

from preau.config import command

ROOT = Path(settings.ROOT)
SOURCE = ROOT / "src" / "preau"
DOCS = ROOT / "docs"
LONGEST_DECISION = 60
READERS = {"text", "flag", "number", "words", "two_numbers", "choice"}  # of preau.config.env
# What any program reads of its surroundings, and Django's own name for these settings: no setting of ours.
SURROUNDINGS = {"PATH", "HOME", "DJANGO_SETTINGS_MODULE"}
OF_DJANGO = {"--version", "--verbosity", "--settings", "--pythonpath", "--traceback"}
OF_DJANGO |= {"--no-color", "--force-color", "--skip-checks", "--help"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)(`{3,}).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
# Not ours; and course texts, whose links are checked by the importer.
NOT_READ = {"node_modules", ".venv", "var", ".git", "samples", ".pytest_cache", ".hypothesis"}
COMMANDS = DOCS / "operator" / "commands.md"


def read_settings() -> Iterator[str]:
    """Each name that `config` reads from the environment."""
    for path in sorted((SOURCE / "config").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (name := name_read(node)) and name not in SURROUNDINGS:
                yield name


def name_read(node: ast.AST) -> str | None:
    """The constant in `env.text("NAME")`, `os.environ.get("NAME")` and its kin, or `os.environ["NAME"]`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        owner, asked = ast.unparse(node.func.value), node.args[0]
        reads = (
            (owner == "env" and node.func.attr in READERS)
            or owner == "os.environ"
            or ast.unparse(node.func) == "os.getenv"
        )
    elif isinstance(node, ast.Subscript):
        reads, asked = ast.unparse(node.value) == "os.environ", node.slice
    else:
        return None
    return asked.value if reads and isinstance(asked, ast.Constant) and isinstance(asked.value, str) else None


def documents() -> list[Path]:
    """Every Markdown file of the repository that people read as it is."""
    return sorted(path for path in ROOT.rglob("*.md") if not NOT_READ & set(path.relative_to(ROOT).parts[:-1]))


def prose(path: Path) -> str:
    """A document without its code."""
    return CODE.sub("", FENCE.sub("", path.read_text()))


def sections() -> dict[str, str]:
    """What is written about each command, by its words."""
    parts = re.split(r"^## \./preau ", COMMANDS.read_text(), flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: part for part in parts}


def rooms() -> list[Path]:
    """The folders of the rooms."""
    return sorted(path.parent for path in SOURCE.glob("*/__init__.py"))


def tables(room: Path) -> set[str]:
    """The tables that a room declares."""
    return {
        model.__name__
        for model in apps.get_models()
        if model.__module__ == f"preau.{room.name}.models" or model.__module__.startswith(f"preau.{room.name}.models_")
    }


def verbs(room: Path) -> set[str]:
    """The public functions of a room's `actions.py`."""
    path = room / "actions.py"
    body = ast.parse(path.read_text()).body if path.exists() else []
    return {node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


def test_every_setting_is_in_the_operators_list() -> None:
    listed = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (DOCS / "operator" / "settings.md").read_text()))
    read = set(read_settings())
    assert {"SECRET_KEY", "PREAU_VAR", "DATABASE_URL", "THREADS"} <= read  # the search itself finds something
    assert not read - listed, "read by the code, absent from docs/operator/settings.md"


def test_the_operators_list_names_no_setting_that_nothing_reads() -> None:
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (DOCS / "operator" / "settings.md").read_text(), re.MULTILINE)
    assert not set(rows) - set(read_settings())


def test_every_command_of_the_launcher_is_described() -> None:
    assert not {*command.MANAGEMENT, *command.OTHERS} - set(sections())


def test_every_command_of_ours_is_described_with_its_options() -> None:
    written, silent = sections(), []
    for name, app in get_commands().items():
        if isinstance(app, str) and app.startswith("preau."):
            said = written.get(name) or written.get(f"manage {name}") or ""
            asked = load_command_class(app, name).create_parser("./preau", name)._actions
            options = {word for action in asked if action.help != SUPPRESS for word in action.option_strings}
            lost = {word for word in options - OF_DJANGO if word.startswith("--")} - set(re.findall(r"--[a-z-]+", said))
            silent += [f"{name} {word}" for word in sorted(lost)] + ([] if said else [name])
    assert not silent


def test_a_command_that_exists_is_not_told_as_coming_later() -> None:
    later = {name for name, said in sections().items() if "not part of this version" in said}
    assert not later & set(get_commands())


def test_every_decision_fits_on_a_page() -> None:
    sizes = {path.name: len(path.read_text().splitlines()) for path in (DOCS / "decisions").glob("0*.md")}
    assert sizes
    assert not {name: size for name, size in sizes.items() if size > LONGEST_DECISION}


def test_every_decision_says_what_was_rejected_and_when() -> None:
    headings = ("## Context", "## Decision", "## Rejected", "## Consequences")
    for path in (DOCS / "decisions").glob("0*.md"):
        text = path.read_text()
        assert re.search(r"^\d{4}-\d{2}-\d{2}$", text, re.MULTILINE), path.name
        assert not [heading for heading in headings if heading not in text], path.name


def test_every_room_names_its_tables_and_its_verbs() -> None:
    silent = []
    for room in rooms():
        said = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
        words = set(re.findall(r"\w+", said))
        silent += [f"{room.name}: {name}" for name in sorted((tables(room) | verbs(room)) - words)]
        silent += [f"{room.name}: {heading}" for heading in ("Tables:", "Verbs:") if heading not in said]
    assert not silent


def test_every_room_is_in_the_architecture() -> None:
    written = (ROOT / "ARCHITECTURE.md").read_text()
    assert not [room.name for room in rooms() if f"`{room.name}`" not in written]


def test_every_link_between_documents_leads_somewhere() -> None:
    dead = []
    for path in documents():
        for target in LINK.findall(prose(path)):
            address, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = (path.parent / address).resolve() if address else path
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
                dead.append(f"{path.relative_to(ROOT)}: {target}")
    assert not dead


def anchors(path: Path) -> set[str]:
    """The anchors that a forge gives a document's headings."""
    titles = re.findall(r"^#{1,6} (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
