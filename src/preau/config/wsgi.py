"""The server's entry: the page server, then static files, then Django."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.csp import build_policy
from whitenoise import WhiteNoise

from preau.common.audience import Audience
from preau.config.front import Application, Environ, page_server
from preau.config.observing import observed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")


def build() -> Application:
    """The whole application, in front to back order of how cheaply it answers."""
    django = get_wsgi_application()
    headers = {
        "Content-Security-Policy": build_policy(settings.SECURE_CSP),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    }
    if settings.SECURE_HSTS_SECONDS:  # as Django's middleware says it: a first visit is often answered here
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    files: Application = WhiteNoise(
        django, root=str(settings.STATIC_ROOT), prefix="static/", immutable_file_test=is_hashed
    )
    root = Path(settings.PAGES_ROOT)
    counted = Audience(root / "audience", urlsplit(settings.SITE_URL).hostname or "")

    def note(environ: Environ, path: str) -> None:
        counted.note(environ, path, datetime.now(UTC))

    return observed(page_server(files, root, headers, settings.SESSION_COOKIE_NAME, note))


def is_hashed(path: str, url: str) -> bool:
    """Names that `collectstatic` made carry twelve hexadecimal digits of their content."""
    parts = url.rsplit("/", 1)[-1].split(".")
    return len(parts) > 2 and len(parts[-2]) == 12 and all(c in "0123456789abcdef" for c in parts[-2])


# A database call lets go of the interpreter; with Python's 5 ms a waiting thread then cuts the next one short, and four
# threads serve a third fewer fragments than they can (measured: 672 a second against 805).
sys.setswitchinterval(0.02)

application = build()
