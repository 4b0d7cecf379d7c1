"""A question at a moment of a video is about words: in a new cut it is found where they are said."""

import re

import pytest

from preau.discussion.models import Thread
from tests import cast
from tests.subtitles.stage import FRENCH, RECUT, Stage, vtt

pytestmark = pytest.mark.django_db


def asked(stage: Stage, place: int) -> Thread:
    """Ana asks about the nth line, by the link of its page."""
    ana = cast.browser(stage.learner("Ana"))
    page = ana.get(f"{stage.base}fr/cue/{stage.key(place)}/").content.decode()
    link = re.search(r'href="([^"]+/new/\?[^"]+)"', page)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    form = cast.form(title="Pourquoi critique ?", kind="question", text="Je ne comprends pas.", agree="on")
    reply = ana.post(address, form)
    assert reply.status_code == 302, reply.content.decode()
    return Thread.objects.get()


def told(stage: Stage) -> str:
    """What stands beside the unit, and at the head of the thread."""
    ana = cast.script(stage.learner("Ana"))
    beside = ana.get(f"/e/{stage.edition.slug}/discussion/at/lecon/").content.decode()
    thread = ana.get(f"/e/{stage.edition.slug}/discussion/thread/{Thread.objects.get().pk}/").content.decode()
    moments = {tuple(re.findall(r"à [0-9:]+ de la vidéo|à propos de « [^»]+ »", page)) for page in (beside, thread)}
    assert len(moments) == 1
    return " ".join(*moments)


def test_a_question_follows_its_words_into_a_new_cut(stage: Stage) -> None:
    row = asked(stage, 2)
    assert row.moment == 4
    assert told(stage) == "à 0:04 de la vidéo"
    stage.deliver({"pert.fr.vtt": vtt("Un nouveau début.", *FRENCH, first=60_000)}, RECUT)
    assert told(stage) == "à 1:06 de la vidéo"


def test_a_question_whose_words_are_gone_says_them(stage: Stage) -> None:
    asked(stage, 2)
    stage.deliver({"pert.fr.vtt": vtt("Tout autre chose,", "sans aucun rapport.")}, RECUT)
    assert told(stage) == "à propos de « Le chemin critique, »"


@pytest.mark.parametrize("said", ["", "x", "::", "a:b:c", "{video}:fr:nobody", "{video}:de:{key}", "{other}:fr:{key}"])
def test_a_passage_that_is_none_leaves_the_second(stage: Stage, said: str) -> None:
    ana = cast.browser(stage.learner("Ana"))
    named = said.format(video=stage.video, key=stage.key(0), other=stage.edition.pk)
    address = f"/e/{stage.edition.slug}/discussion/room/m-debut/new/"
    form = cast.form(title="Une question", kind="question", text="Voilà.", agree="on")
    assert ana.post(f"{address}?unit=lecon&at=3&said={named}", form).status_code == 302
    row = Thread.objects.get()
    assert (row.moment, row.passage) == (3, None)
