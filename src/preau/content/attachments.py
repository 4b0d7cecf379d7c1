"""Which files of the course a text refers to, and whether they are there. Pure: no Django.

A reference is looked for beside the text, then (a video or a picture that is not there) in the course's `media` folder
and in the same module of the source language, so that a translation shares what needs none.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from preau.content.ffmpeg import is_video
from preau.content.folder import Folder, Match, joined, local, suffix
from preau.content.keys import Report
from preau.content.markup import Reference
from preau.content.source import Problem

TEXTS = frozenset({".md", ".mdx", ".gift"})
SUBTITLES = (".vtt", ".srt", ".sbv")
_IN_GIFT = re.compile(
    r"!\[[^\[\]\n]{0,1000}\]\(\s{0,9}<?([^)\s>]+)|<img\b[^<>]*?\ssrc\s*=\s*\"?([^\">\s]+)", re.IGNORECASE
)
_ESCAPED = re.compile(r"\\([~=#{}:])")
_IN_META = ("video", "audio", "poster", "image", "template")


class Attachments:
    """Gathers what the texts of a course refer to. `files` maps a name from the root, as referred to, to the real path.

    A file found only without regard to case is used, and noted in `notices`.
    """

    def __init__(self, folder: Folder, notices: list[Problem], source: str = "") -> None:
        self.folder = folder
        self.notices = notices
        self.source = source
        self.files: dict[str, PurePosixPath] = {}
        self.reached: set[str] = set()

    def gather(self, file: str, references: Iterable[Reference], first: int, report: Report) -> None:
        """Look up the references of a text whose first line is line `first` of `file`."""
        for one in references:
            path = local(one.target)
            if path and self._means_a_file(path, one.shown):
                self.add(file, path, first + one.line, report)

    def gather_meta(self, file: str, meta: dict[str, Any], line: int, report: Report) -> None:
        """Look up the files that a front matter names, and the subtitles that lie beside its video."""
        for key in _IN_META:
            value = meta.get(key)
            if isinstance(value, str) and (path := local(value)):
                found = self.add(file, path, line, report)
                if key == "video" and not is_video(path):
                    report(line, f'"{path}" is no video: MP4, MOV, WebM, MKV, AVI and MPEG are taken')
                if found and key in ("video", "audio"):
                    self._add_subtitles(file, path, found)

    @staticmethod
    def _means_a_file(path: str, shown: bool) -> bool:
        """A link without a suffix, or from the site's root, is an address of the site and not a file of the course."""
        return shown or (bool(suffix(path)) and not path.startswith("/"))

    def add(self, file: str, path: str, line: int, report: Report) -> Match | None:
        """Look up one file and keep it; reports one that is absent or that leaves the folder."""
        name = joined(file, path)
        if name is None:
            report(line, f'"{path}" leaves the folder of the course')
            return None
        found = self._look(file, path, name)
        if found is None:
            report(line, f'"{path}" does not exist')
            return None
        if not found.exact:
            called = PurePosixPath(found.name).name
            self.notices.append(Problem(file, line, f'"{path}" is called "{called}" in the folder; it was taken'))
        self.reached.add(found.name)
        if suffix(found.name) not in TEXTS:
            self.files[name] = PurePosixPath(found.name)
        return found

    def _look(self, file: str, path: str, name: str) -> Match | None:
        if found := self.folder.find(name):
            return found
        parts = PurePosixPath(file).parts
        places = [f"media/{path}"]
        if self.source and len(parts) > 2:
            places.append("/".join((self.source, *parts[1:-1], path)))
        for place in places:
            elsewhere = joined("", place)
            if elsewhere and (found := self.folder.find(elsewhere)):
                return found
        return None

    def _add_subtitles(self, file: str, path: str, video: Match) -> None:
        """`pert.vtt`, `pert.fr.vtt`, `pert.fr.srt` beside the video `pert.mp4`, under the name that the video goes
        by."""
        stem = video.name.removesuffix(PurePosixPath(video.name).suffix)
        called = joined(file, path) or video.name
        for name in self.folder.files:
            if name.startswith(stem + ".") and suffix(name) in SUBTITLES:
                beside = str(PurePosixPath(called).parent / PurePosixPath(name).name)
                self.files[beside] = PurePosixPath(name)
                self.reached.add(name)


def in_gift(text: str) -> list[Reference]:
    """The pictures of a GIFT text, in Markdown or in HTML, GIFT's own escapes undone."""
    text = _ESCAPED.sub(r"\1", text)
    return [
        Reference(one[1] or one[2], text.count("\n", 0, one.start()), shown=True) for one in _IN_GIFT.finditer(text)
    ]
