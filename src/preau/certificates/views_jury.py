from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preau.certificates import access_jury, words_jury
from preau.certificates.models import Decision
from preau.grades import queries as grades
from preau.grades.templatetags.needs import asked
from preau.grades.tracks import Need


@require_safe
def decisions(request: HttpRequest, edition: str) -> HttpResponse:
    """What juries decided of me in an edition, with the figures that they saw, and how to appeal."""
    row, found = access_jury.told(request.user, edition)
    rules = grades.rules_of(list(row.tracks.order_by("position")))
    needs = {str(need): need for rule in rules.values() for need in rule.needs}
    lines = [_line(one, request.LANGUAGE_CODE, needs) for one in found]
    return render(request, "certificates/decisions.html", {"edition": row, "zone": row.zone_info, "lines": lines})


def _line(one: Decision, language: str, needs: Mapping[str, Need]) -> Mapping[str, Any]:
    row, candidate = one.candidate.deliberation, one.candidate
    return {
        "decision": one,
        "row": row,
        "said": words_jury.sentence(one, words_jury.about(row, one.track or candidate.track, language)),
        "figures": [
            {**figure, "said": asked(needs[figure["need"]]) if figure["need"] in needs else figure["need"]}
            for figure in candidate.numbers
        ],
        "recourse": words_jury.recourse(row, language),
    }
