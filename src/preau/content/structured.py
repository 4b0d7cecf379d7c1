"""Reading a course folder that has a course.yaml. Pure: no Django. `content.reading` has the entry and the layout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from preau.content import course_yaml, front_matter, html_marks, keys
from preau.content.attachments import Attachments, in_gift
from preau.content.course_yaml import NAME, CourseHead
from preau.content.folder import BadText, Folder, called, slug, suffix, unnumbered
from preau.content.front_matter import BadYaml, Header, Loaded
from preau.content.markup import components, outline
from preau.content.source import BESIDE, Problem, SourceModule, SourceUnit
from preau.content.splitting import IsQuestion, Questions, cut, parts

Readers = Mapping[str, Callable[[str], str]]

ASKING = frozenset({"quiz", "exam"})
POOLS = "pools"
PASSED_ON = ("attempts", "keep", "feedback", "limit", "opens", "due", "closes", "shuffle", "pass")
# What a translation does not take from its source.
OWN = frozenset({"id", "title", "description", "questions", "translates"})


@dataclass
class Reading:
    """One reading under way: what it was given, and what it gathers."""

    folder: Folder
    is_question: IsQuestion
    readers: Readers
    head: CourseHead
    attachments: Attachments
    problems: list[Problem] = field(default_factory=list)
    units: list[SourceUnit] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # .gift files drawn from
    heads: dict[str, int] = field(default_factory=dict)  # the line of each file's `id`, or of its beginning

    def source_of(self, key: str) -> SourceUnit | None:
        """The unit of this key in the source language."""
        source = self.head.languages[0]
        return next((one for one in self.units if one.key == key and one.language == source), None)


@dataclass(frozen=True)
class Page:
    """A unit's file once its header is read; `module` is its folder."""

    file: str
    language: str
    module: str
    header: Header


def read_units(reading: Reading) -> None:
    """Read every language's units in order, the source language first, and check one against the other."""
    folders = {PurePosixPath(name).parts[0] for name in reading.folder.files if "/" in name}
    for language in reading.head.languages:
        if language not in folders:
            line = 1
            reading.problems.append(Problem(NAME, line, f'the folder of the language "{language}" does not exist'))
            continue
        _read_language(reading, language)
    _check_translations(reading)


def _read_language(reading: Reading, language: str) -> None:
    inside = _by_module(reading, language)
    for module in reading.head.modules:
        files = inside.pop(module.key, [])
        line = reading.head.lines.get(module.key, 1)
        if not files and language == reading.head.languages[0]:
            reading.problems.append(
                Problem(NAME, line, f"the module {module.key} has no unit in {language}/{module.key}")
            )
        _read_module(reading, language, module, _ordered(reading, module, files, line))
    for key, files in inside.items():
        if key != POOLS:
            reading.problems.append(Problem(files[0], 0, f'"{key}" is not a module of course.yaml'))


def _by_module(reading: Reading, language: str) -> dict[str, list[str]]:
    """The texts directly in a module's folder, in order. The folder is called by the module's id, or `02-` and the
    id."""
    known = {module.key for module in reading.head.modules} | {POOLS}
    inside: dict[str, list[str]] = {}
    for name in reading.folder.files:
        parts_of_name = PurePosixPath(name).parts
        if len(parts_of_name) == 3 and parts_of_name[0] == language and _is_text(name, reading.readers):
            key = parts_of_name[1]
            bare = unnumbered(key)
            inside.setdefault(bare if key not in known and bare in known else key, []).append(name)
    return inside


def _is_text(name: str, readers: Readers) -> bool:
    return suffix(name) in (".md", ".gift", *readers)


def _ordered(reading: Reading, module: SourceModule, files: list[str], line: int) -> list[str]:
    """The module's files as its `units` list them, else as they sort; reports one listed that is not there."""
    listed = module.meta.get("units")
    if not isinstance(listed, list) or not files:
        return files
    by_name = {PurePosixPath(name).name: name for name in files} | {PurePosixPath(name).stem: name for name in files}
    first = [by_name[str(name)] for name in listed if str(name) in by_name]
    if files[0].startswith(f"{reading.head.languages[0]}/"):
        for name in listed:
            if str(name) not in by_name:
                where = PurePosixPath(files[0]).parent / str(name)
                reading.problems.append(Problem(NAME, line, f"{where} does not exist"))
    return [*dict.fromkeys(first), *(name for name in files if name not in first)]


def _read_module(reading: Reading, language: str, module: SourceModule, files: Sequence[str]) -> None:
    pages = [page for name in files if (page := page_of(reading, name, language, module.key))]
    reading.used |= {pool for page in pages if (pool := _pool(reading, page, _meta(reading, page)))}
    for page in pages:
        if page.file in reading.used:
            continue
        for unit in units_of(reading, page):
            _keep(reading, unit)


def _keep(reading: Reading, unit: SourceUnit) -> None:
    same = next((one for one in reading.units if (one.key, one.language) == (unit.key, unit.language)), None)
    if same:
        reading.problems.append(
            Problem(
                unit.file,
                reading.heads.get(unit.file, 1),
                f'the id "{unit.key}" is already that of {same.file}; give one of them an id: of its own',
            )
        )
    else:
        reading.units.append(unit)


def read_text(reading: Reading, name: str) -> str | None:
    """A file's text as Markdown or GIFT, or None once what is wrong is reported."""
    try:
        text = reading.folder.text(name)
    except (BadText, OSError) as error:
        line, why = (error.line, error.reason) if isinstance(error, BadText) else (0, "it cannot be read")
        reading.problems.append(Problem(name, line, why))
        return None
    reader = reading.readers.get(suffix(name))
    return reader(text) if reader else text


def page_of(reading: Reading, name: str, language: str, module: str) -> Page | None:
    """A unit's file with its header read, or None once what is wrong is reported."""
    text = read_text(reading, name)
    if text is None:
        return None
    try:
        if suffix(name) == ".gift":
            header = Header(front_matter.of_gift(text, keys.EVERY_UNIT | keys.QUESTIONS), text, 1)
        else:
            header = front_matter.split(text)
    except BadYaml as error:
        reading.problems.append(Problem(name, error.line, error.reason))
        return None
    reading.heads[name] = header.meta.line("id")
    return Page(name, language, module, header)


def default_key(name: str) -> str:
    """A unit's key from its file's name: without the number that orders it, in ASCII."""
    return slug(unnumbered(PurePosixPath(name).stem))


def _key(page: Page) -> str:
    return str(page.header.meta.value.get("id", default_key(page.file)))


def _meta(reading: Reading, page: Page) -> dict[str, Any]:
    """The usable front matter, completed for a translation by that of its source."""
    source = reading.source_of(_key(page)) if page.language != reading.head.languages[0] else None
    usual = source.kind if source else "quiz" if suffix(page.file) == ".gift" else "lesson"
    kind = str(page.header.meta.value.get("kind", usual))
    inherited = {key: value for key, value in source.meta.items() if key not in OWN} if source else {}
    return {**inherited, **keys.checked(page.header.meta, kind, lambda line, reason: None), "kind": kind}


def units_of(reading: Reading, page: Page) -> list[SourceUnit]:
    """The units of a file: its own, and a quiz for each run of questions in a lesson."""
    report = keys.problem(reading.problems, page.file)
    meta = _meta(reading, page)
    gift = suffix(page.file) == ".gift"
    kind = str(meta["kind"])
    key = _key(page)
    if why := keys.identifier(key):
        report(page.header.meta.line("id"), why)
    keys.check_unit(page.header.meta, kind, report)
    if page.language == reading.head.languages[0] and "translates" in page.header.meta.value:
        report(page.header.meta.line("translates"), "translates is for a translation: this is the source language")
    if page.language != reading.head.languages[0] and (source := reading.source_of(key)):
        keys.check_same_limit(page.header.meta, source.meta, report)
    for name in BESIDE:
        _read_beside(reading, page, meta, name, report)
    reading.attachments.gather_meta(page.file, meta, page.header.meta.line("video"), report)
    if gift:
        reading.attachments.gather(page.file, in_gift(page.header.body), 1, report)
        whole: Questions = [{"file": page.file, "line": 1, "text": page.header.body}]
        name, body, line, runs = "", "", 1, [whole]
    else:
        name, body, line, runs = _body(reading, page, report)
    title = course_yaml.title(meta.get("title", name or called(page.file)), page.header.meta.line("title"), report)
    unit = SourceUnit(key, kind, page.language, page.module, title, body, page.file, line, meta)
    if kind in ASKING:
        asked: Questions = [entry for run in runs for entry in run]
        asked += _drawn(reading, page, meta, report)
        if not asked:
            report(line, f"a {kind} without a question: it needs a fence of GIFT, or draw: {{pool: …}}")
        return [replace(unit, meta={**meta, "questions": asked})]
    return [unit, *practice(unit, runs, {"weight": meta.get("weight", 0)})]


def _body(reading: Reading, page: Page, report: keys.Report) -> tuple[str, str, int, list[Questions]]:
    """Title from the heading at the head of the text, the text without its questions, its line, and the questions."""
    text, line, name = html_marks.without_comments(page.header.body), page.header.line, ""
    headings = [one for one in outline(text).headings if one.level == 1]
    if len(headings) == 1 and not any(row.strip() for row in text.split("\n")[: headings[0].start]):
        part = parts(text, line)[0]
        if page.header.meta.value.get("title", part.title) == part.title:
            text, line, name = part.text, part.line, part.title
    found = outline(text)
    if suffix(page.file) in reading.readers:
        for one in components(text, found.code):
            if not one.closing:
                report(line + text.count("\n", 0, one.start), f"unknown markup {one.name}")
    reading.attachments.gather(page.file, found.references, line, report)
    done = cut(text, page.file, line, reading.is_question)
    for opened in done.open_fences:
        report(opened, "a fence opens here and never closes")
    for run in done.runs:
        for entry in run:
            reading.attachments.gather(page.file, in_gift(entry["text"]), entry["line"], report)
    return name, done.text, line, list(done.runs)


def practice(unit: SourceUnit, runs: Sequence[Questions], own: Mapping[str, Any]) -> list[SourceUnit]:
    """The quizzes that the runs of questions in a lesson make, after it. `own` is added to what they take from it."""
    passed_on = {key: unit.meta[key] for key in PASSED_ON if key in unit.meta} | dict(own)
    return [
        SourceUnit(
            key=f"{unit.key[: keys.LONGEST_ID - 5]}-q{number}",
            kind="quiz",
            language=unit.language,
            module=unit.module,
            title=f"{unit.title} – Quiz{f' {number}' if len(runs) > 1 else ''}",
            body="",
            file=unit.file,
            line=run[0]["line"],
            meta={**passed_on, "questions": run, "after": unit.key},
        )
        for number, run in enumerate(runs, 1)
    ]


def _pool(reading: Reading, page: Page, meta: Mapping[str, Any]) -> str | None:
    """The .gift file that a unit draws from: beside it, or in the language's `pools` folder."""
    draw = meta.get("draw")
    pool = draw.get("pool") if isinstance(draw, dict) else None
    if not isinstance(pool, str):
        return None
    bare = pool.removesuffix(".gift")
    places = (str(PurePosixPath(page.file).parent), f"{page.language}/{POOLS}")
    found = (reading.folder.find(f"{place}/{bare}.gift") for place in places if "/" not in bare)
    return next((match.name for match in found if match), None)


def _drawn(reading: Reading, page: Page, meta: Mapping[str, Any], report: keys.Report) -> Questions:
    draw = meta.get("draw")
    if not isinstance(draw, dict) or not isinstance(draw.get("pool"), str):
        return []
    name = _pool(reading, page, meta)
    if name is None or name == page.file:
        place = PurePosixPath(page.file).parent
        report(
            page.header.meta.line("draw", "pool"),
            f"there is no file {draw['pool']}.gift in {place} or in {page.language}/{POOLS} to draw from",
        )
        return []
    text = read_text(reading, name)
    if text is None:
        return []
    reading.attachments.gather(name, in_gift(text), 1, keys.problem(reading.problems, name))
    return [{"file": name, "line": 1, "text": text, "pool": True}]


def _read_beside(reading: Reading, page: Page, meta: dict[str, Any], name: str, report: keys.Report) -> None:
    """Put the YAML of a file beside the unit's in place of its name; `rubric_file` keeps the name of a rubric's."""
    named = meta.get(name)
    if not isinstance(named, str) or suffix(named) not in (".yaml", ".yml"):
        return
    line = page.header.meta.line(name)
    found = reading.attachments.add(page.file, named, line, report)
    text = read_text(reading, found.name) if found else None
    if found is None or text is None:
        return
    reading.attachments.files = {
        key: path for key, path in reading.attachments.files.items() if str(path) != found.name
    }
    try:
        loaded: Loaded = front_matter.load(text)
    except BadYaml as error:
        reading.problems.append(Problem(found.name, error.line, error.reason))
        return
    meta[name], meta[f"{name}_file"] = loaded.value, found.name


def _check_translations(reading: Reading) -> None:
    if not reading.head.languages:
        return
    source = reading.head.languages[0]
    known = {unit.key: unit for unit in reading.units if unit.language == source}
    for unit in reading.units:
        if unit.language == source:
            continue
        report = keys.problem(reading.problems, unit.file)
        line = reading.heads.get(unit.file, 1)
        original = known.get(unit.key)
        if original is None:
            report(line, f'"{unit.key}" translates no unit: {source} has none of this id')
        elif original.module != unit.module:
            report(line, f'"{unit.key}" is in the module {unit.module} here and in {original.module} in {source}')
        elif original.kind != unit.kind:
            report(line, f'"{unit.key}" is a {unit.kind} here and a {original.kind} in {source}')
