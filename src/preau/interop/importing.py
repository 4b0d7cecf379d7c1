"""A course from a path: every format that Préau reads, judged by every room that has a say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from preau.common import archives
from preau.content import importing
from preau.content.reading import read_course
from preau.content.source import Problem
from preau.grades import checking
from preau.interop import mdx
from preau.quizzes import gift

READERS: Mapping[str, Callable[[str], str]] = {".mdx": mdx.to_markdown}


def import_path(
    path: Path,
    *,
    slug: str | None,
    by: UUID | None,
    now: datetime,
    dry_run: bool = False,
    allowed: Callable[[str], None] = lambda _slug: None,
) -> importing.Report:
    """Import a folder, a ZIP or one file. Raises `BadCourse` (nothing was changed) with problems by file and line.

    `allowed` is asked with the course's slug before anything is written, and may raise."""
    try:
        with archives.open_folder(path) as root:
            source = read_course(root, slug=slug, is_question=gift.is_question_fence, readers=READERS)
            folder = root if root.is_dir() else root.parent
            if not dry_run:
                allowed(source.slug)
            return importing.import_course(checking.judged(source), folder, by=by, now=now, dry_run=dry_run)
    except archives.Refused as refused:
        raise importing.BadCourse([Problem(refused.name, 0, refused.reason)]) from refused
