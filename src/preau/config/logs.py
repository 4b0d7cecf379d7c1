"""Lines of the log, as JSON or as text; both carry the id of the request, or of the request that a task came from."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from preau.config import current


class Json(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, `request`, an exception as `error`, and the fields of
    what is told (`extra={"fields": {…}}`)."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": current.REQUEST.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """The message as it is, with its level, its fields and the request's id behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, an exception's lines after it."""
        fields = {**getattr(record, "fields", {}), "request": current.REQUEST.get()}
        behind = " ".join(f"{name}={value}" for name, value in fields.items() if value != "")
        return f"{record.levelname.lower()} {super().format(record)}" + (f" [{behind}]" if behind else "")
