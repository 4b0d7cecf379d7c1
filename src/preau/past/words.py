"""What is wrong with a line, and the other words of this room, as sentences."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.past.models import Doubt

SENTENCES = {
    # the file as a whole
    "empty": gettext_noop("The file is empty."),
    "nobody": gettext_noop("No column says who a row is about: an e-mail or a student number is needed."),
    "no_edition": gettext_noop("No column says which edition (session) a row is about."),
    "no_figure": gettext_noop("No column says a figure: enrolled, active, passed, certificates; or what and number."),
    "columns": gettext_noop("{number} columns: a file has {most} at most."),
    "twice": gettext_noop("Two columns say the same: “{first}” and “{second}”."),
    # a line
    "too_long": gettext_noop("This line is too long to be one: more than 256,000 characters."),
    "long_cell": gettext_noop("A cell has more than 10,000 characters."),
    "open_quote": gettext_noop("A quotation mark opens a cell here and nothing closes it."),
    "nul": gettext_noop("There is a NUL character: this line is damaged."),
    "damaged": gettext_noop("Some bytes are no text in the encoding of the file: this line is damaged."),
    "width": gettext_noop("{found} cells where the header has {expected}."),
    "who": gettext_noop("Neither an e-mail nor a student number: nobody can be found by this line."),
    "email": gettext_noop("“{cell}” is not an e-mail address."),
    "number": gettext_noop("“{cell}” is not a student number."),
    "rounded": gettext_noop("“{cell}”: a spreadsheet rounded this number; export the column as text."),
    "formula": gettext_noop("“{cell}” looks like the formula of a spreadsheet."),
    "long_name": gettext_noop("The name has more than 200 characters."),
    "edition": gettext_noop("“{cell}” is not the number of an edition."),
    "edition_which": gettext_noop("“{cell}” holds two numbers: which is the edition?"),
    "edition_year": gettext_noop("“{cell}” looks like a year: an edition is numbered from 1."),
    "own_edition": gettext_noop("Edition {edition} is Préau's own: former editions are those before {first}."),
    "what": gettext_noop("“{cell}”: a row is about a unit, a module or a track."),
    "what_of": gettext_noop("“{cell}”: is it a unit, a module or a track? The course has nothing of this name."),
    "no_key": gettext_noop("It does not say which unit, module or track."),
    "objects": gettext_noop("One row is about one thing; this one names several: {cell}."),
    "key": gettext_noop("“{cell}” cannot be the name of a unit, a module or a track."),
    "result": gettext_noop("“{cell}” is not a result."),
    "scale": gettext_noop("“{cell}”: out of how many points?"),
    "no_scale": gettext_noop("“{cell}” points out of how many? Write 15/20 or 62 %, or add a column “of”."),
    "beyond": gettext_noop("“{cell}” is not between 0 and {of}."),
    "passed": gettext_noop("“{cell}” is neither yes nor no."),
    "credits": gettext_noop("“{cell}” is not a number of credits between 0 and 60."),
    "code": gettext_noop("“{cell}” is not the code of a certificate."),
    "certified_not_passed": gettext_noop("A certificate for somebody who did not pass."),
    "date": gettext_noop("“{cell}” is not a date: 2016-04-03 or 03/04/2016."),
    "date_impossible": gettext_noop("“{cell}”: there is no such day."),
    "date_when": gettext_noop("“{cell}” is before 1990 or in the future."),
    "date_mixed": gettext_noop("Day or month first? Some dates of this file have the day first, others the month."),
    "count": gettext_noop("“{cell}” is not a number of people."),
    "torn": gettext_noop("Edition {edition}, {key}: line {other} says something else of the same person."),
    "torn_with": gettext_noop(
        "Edition {edition}, {key}: “{origin}”, line {other}, says something else of this person."
    ),
    "total_torn": gettext_noop("Edition {edition}, {key}: {first} or {second}?"),
    # remarks
    "unknown_column": gettext_noop("The column “{column}” is not understood: nothing is read from it."),
    "supposed": gettext_noop("Points are read as percentages: some are above 20, and none above 100."),
    "percents": gettext_noop("Numbers of the column “{column}” are read as percentages."),
    "months_first": gettext_noop("Dates are read with the month first, as some of this file can only be."),
    "days_first": gettext_noop("Dates such as 03/04/2016 are read with the day first."),
    "encoding": gettext_noop("Nothing says how this file is encoded: it is read as {encoding}."),
    "header": gettext_noop("The header is on line {line}: what stands before it is left out."),
    "unknown_key": gettext_noop("The course has no {what} “{key}” today: its results are kept under that name."),
    "same": gettext_noop("Line {other} says the same."),
}
COUNTS = {
    "people": gettext_noop("people"),
    "new_people": gettext_noop("new people"),
    "results": gettext_noop("results"),
    "totals": gettext_noop("figures"),
    "known": gettext_noop("known already"),
    "duplicates": gettext_noop("said twice"),
    "doubts": gettext_noop("doubts"),
    "forgotten": gettext_noop("erased people left out"),
    "linked": gettext_noop("accounts found"),
    "lines": gettext_noop("lines"),
}
KINDS = {
    "two_people": gettext_noop("The address is one person's and the number another's"),
    "two_numbers": gettext_noop("One address with two student numbers"),
    "two_emails": gettext_noop("One student number with two addresses"),
    "other_name": gettext_noop("One student number with quite different names"),
    "claim": gettext_noop("Somebody says that it was them"),
}
WHATS = {
    "unit": gettext_noop("unit"),
    "module": gettext_noop("module"),
    "track": gettext_noop("track"),
    "edition": gettext_noop("edition"),
}
TOTALS = {
    "enrolled": gettext_noop("who enrolled"),
    "active": gettext_noop("who were active"),
    "passed": gettext_noop("who passed"),
    "certificates": gettext_noop("certificates"),
}


def sentence(code: str, values: Mapping[str, object]) -> str:
    """A problem or a remark in the language of the page."""
    said = dict(values)
    if code == "unknown_key" and "what" in said:
        said["what"] = word(WHATS, str(said["what"]))
    return _(SENTENCES[code]).format(**said) if code in SENTENCES else code


def word(words: Mapping[str, str], key: str) -> str:
    """A word of one of the tables, else the key itself."""
    return _(words[key]) if key in words else key


CLAIMS = {
    Doubt.Decision.OPEN: gettext_noop("The team looks at it"),
    Doubt.Decision.ATTACHED: gettext_noop("Found"),
    Doubt.Decision.DROPPED: gettext_noop("Not found"),
}


def claim(row: Doubt) -> str:
    """What became of what somebody said of themself."""
    return _(CLAIMS[Doubt.Decision(row.decision)])
