"""Learners of the sample world correct what a machine misheard: once, and as the rules allow."""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from preau.simulation import subtitling
from preau.subtitles.models import Cue, Suggestion
from tests.subtitles import stage as staging
from tests.subtitles.stage import vtt

pytestmark = pytest.mark.django_db

RIGHT = {f"en n° {n} le plan et fait": f"Étape {n} : le plan est fait." for n in range(12)}


def test_some_corrections_stand_some_wait_and_one_is_refused(tmp_path: Path) -> None:
    now = timezone.now()
    stage = staging.made(tmp_path, now, {"pert.fr.auto.vtt": vtt(*RIGHT), "pert.en.vtt": vtt(*["A line."] * 12)})
    for name in ("Ana", "Ben", "Cleo", "Dia", "Elie"):
        stage.worker(name)
    teacher = stage.reviewer("Tom")
    assert subtitling.play(stage.edition, RIGHT, teacher=teacher, now=now) == 12
    states = Counter(Suggestion.objects.values_list("state", flat=True))
    assert states == {"accepted": subtitling.STAND, "open": subtitling.WAIT + 1, "refused": 1}
    assert Cue.objects.filter(track__language="fr", until=None, by__isnull=False).count() == subtitling.STAND
    assert subtitling.play(stage.edition, RIGHT, teacher=teacher, now=now) == 0


def test_too_few_learners_correct_nothing(tmp_path: Path) -> None:
    now = timezone.now()
    stage = staging.made(tmp_path, now, {"pert.fr.auto.vtt": vtt(*RIGHT)})
    stage.worker("Ana")
    assert subtitling.play(stage.edition, RIGHT, teacher=stage.reviewer("Tom"), now=now) == 0
