"""What the discussions call things, translated where they are shown."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.common import languages
from preau.courses.models import text_in
from preau.discussion.models import Room

ROOMS: Mapping[str, str] = {
    Room.Kind.GENERAL: gettext_noop("All questions"),
    Room.Kind.INTRODUCTIONS: gettext_noop("Introductions"),
    Room.Kind.JOBS: gettext_noop("Job-search advice"),
    Room.Kind.LIVE: gettext_noop("Live sessions"),
    Room.Kind.CIRCLE: gettext_noop("My circle"),
    Room.Kind.MODULE: gettext_noop("A module"),
    Room.Kind.LANGUAGE: gettext_noop("In another language"),
}
FIELDS: Mapping[str, str] = {
    "student": gettext_noop("I study"),
    "company": gettext_noop("In a company"),
    "public": gettext_noop("In the public service"),
    "association": gettext_noop("In an association or NGO"),
    "independent": gettext_noop("On my own account"),
    "seeking": gettext_noop("I am looking for work"),
    "retired": gettext_noop("Retired"),
    "other": gettext_noop("Something else"),
}
HOUSE: Mapping[str, str] = {
    "kind": gettext_noop("Be kind: answer a person, not an opinion. Nobody is laughed at for a question."),
    "answers": gettext_noop("Help without giving away the answer of a graded question before its deadline."),
    "private": gettext_noop("Keep private what is private: no address, number or document of somebody else."),
    "own": gettext_noop("Write in your own words and say whose they are when they are not yours."),
    "ads": gettext_noop("No advertising, no selling, no copied work."),
    "place": gettext_noop("One question, one thread, with a title that others would search for."),
}
BADGES: Mapping[str, str] = {
    "team": gettext_noop("team"),
    "alumni": gettext_noop("took part before"),
    "host": gettext_noop("host"),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The word of a table in the language of the page, else the key itself."""
    return _(words[key]) if key in words else key


def room(row: Room, language: str, modules: Mapping[object, str]) -> str:
    """The name of a room; `modules` are titles by module id."""
    if row.titles:
        return text_in(row.titles, language)
    if row.kind == Room.Kind.MODULE:
        return modules.get(row.module_id) or row.key
    return said(ROOMS, row.kind)


def spoken(code: str, language: str) -> str:
    """A language, named in another: « arabe »."""
    return str(languages.locale(language).languages.get(code, code))
