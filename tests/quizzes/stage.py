"""What it takes to put a timed attempt on stage."""

from preau.content.models import UnitText, Version
from tests import cast


def limited(**minutes: int) -> Version:
    """The thin course, where these units have a limit."""
    version = cast.version()
    for key, limit in minutes.items():
        for text in UnitText.objects.filter(version=version, unit__key=key).order_by("pk"):
            UnitText.objects.filter(pk=text.pk).update(meta={**text.meta, "limit": limit})
    return version
