"""A person's data as a ZIP: one JSON file per room, and the same tables as CSV for a spreadsheet."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from preau.accounts import personal_data
from preau.accounts.models import Person

IN_MEMORY = 4 << 20  # bytes; a larger archive goes on in a temporary file
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def archive(person: Person, *, now: datetime) -> IO[bytes]:
    """The ZIP, open at its start; one room in memory at a time. The caller closes it, which also removes it."""
    target = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the response reads and closes it
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(_("read-me.txt"), _about(now))
        for room in personal_data.rooms():
            tables = {name: _plain(rows) for name, rows in room.export(person).items()}
            opened.writestr(f"{room.name}.json", json.dumps(tables, ensure_ascii=False, indent=2) + "\n")
            for name, rows in tables.items():
                if rows:
                    opened.writestr(f"{room.name}/{name}.csv", _sheet(rows))
    target.seek(0)
    return target


def _about(now: datetime) -> str:
    return _(
        "Your data on {site}, as of {when}.\n\n"
        "Each part of the site has a JSON file, for programs, and a folder of CSV files with the same content, "
        "for a spreadsheet.\n"
        "Times are in UTC. What others wrote is not in it, except what they wrote to you.\n"
    ).format(site=settings.SITE_NAME, when=now.isoformat(timespec="seconds"))


def _plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as JSON knows them: ids and dates become texts."""
    plain: list[dict[str, Any]] = json.loads(json.dumps([dict(row) for row in rows], cls=DjangoJSONEncoder))
    return plain


def _sheet(rows: list[dict[str, Any]]) -> bytes:
    """CSV that spreadsheets open rightly: a byte order mark, and no text that they would run as a formula."""
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else str(value)
