"""The threads beside a unit: a place on its compiled page, and the fragment that fills it."""

from django.template.loader import render_to_string

from preau.content.outline import Outline, UnitFacts


def place(unit: UnitFacts, outline: Outline) -> str:
    """The same for everybody: where the threads come, and the way to them without a script."""
    address = f"/e/{outline.slug}/discussion/at/{unit.key}/"
    return render_to_string("discussion/margin.html", {"address": address})
