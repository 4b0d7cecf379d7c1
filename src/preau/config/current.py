"""What this thread works for: the id of a request, which the log shows and a task takes along."""

from contextvars import ContextVar
from typing import Any

REQUEST: ContextVar[str] = ContextVar("request", default="")
KEY = "request"  # beside `args` and `kwargs` in a task's row


def carry(instance: Any, **_signal: Any) -> None:
    """Before a task's row is written: it keeps the id of the request that enqueues it."""
    if instance._state.adding and (name := REQUEST.get()):
        instance.args_kwargs[KEY] = name


def resume(args_kwargs: dict[str, Any]) -> None:
    """Before a task runs: its log lines show the id that it kept."""
    REQUEST.set(str(args_kwargs.get(KEY, "")))
