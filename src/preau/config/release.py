"""Which release this is, and what it runs on."""

import platform
import tomllib
from functools import cache

import django
from django.conf import settings

from preau.content import fingerprint


@cache
def name() -> str:
    """The version of pyproject.toml with the first digits of the release's fingerprint: "0.1.0+3f2a91c0"."""
    said = tomllib.loads((settings.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return f"{said}+{fingerprint.current()[:8]}"


def versions() -> dict[str, str]:
    """What runs: {"Préau": …, "Python": …, "Django": …}."""
    return {"Préau": name(), "Python": platform.python_version(), "Django": django.get_version()}
