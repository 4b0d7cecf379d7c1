"""The server's entry: static files, then the page server, then Django."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.csp import build_policy
from whitenoise import WhiteNoise

from preau.config.front import Application, page_server

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
    front = page_server(django, Path(settings.PAGES_ROOT), headers)
    application: Application = WhiteNoise(
        front, root=str(settings.STATIC_ROOT), prefix="static/", immutable_file_test=is_hashed
    )
    return application


def is_hashed(path: str, url: str) -> bool:
    """Names that `collectstatic` made carry twelve hexadecimal digits of their content."""
    parts = url.rsplit("/", 1)[-1].split(".")
    return len(parts) > 2 and len(parts[-2]) == 12 and all(c in "0123456789abcdef" for c in parts[-2])


application = build()
