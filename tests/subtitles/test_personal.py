"""A person's own data in the subtitles: handed over, and erased without taking words away from others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit import acts
from preau.subtitles import crediting, history, keeping, personal, reading
from preau.subtitles.models import Cue, Note, Position, Revision, Suggestion, Support
from tests import cast
from tests.subtitles.stage import FRENCH, Stage
from tests.subtitles.test_translating import write

pytestmark = pytest.mark.django_db


def act(stage: Stage, kind: str) -> acts.Act:
    return cast.an_act(kind, now=stage.now)


def lived(stage: Stage) -> dict[str, Suggestion]:
    """Ana Diop proposed, was accepted and refused, drafted, supported, decided, kept notes and a place."""
    ana, ben = stage.worker("Ana"), stage.learner("Ben")
    Person.objects.filter(pk=ana.pk).update(name="Ana Diop")
    found = {"accepted": stage.accepted_words(1, "On commence maintenant.")}
    found["refused"] = stage.suggest(ana, 0, "Bonsoir.", comment="Je l'entends ainsi.")
    stage.decide(stage.reviewer("Rose"), found["refused"], accept=False, reason="Il dit bonjour.")
    found["open"] = stage.suggest(ana, 2, "Le chemin,", comment="Chez moi on dit ainsi.")
    write(stage, ana, 0, "Hola.", propose=False)
    found["others"] = stage.suggest(ben, 3, "la plus longue suite.")
    stage.support(ana, found["others"])
    cast.role(ana, "teacher", edition=stage.edition)
    found["decided"] = stage.suggest(ben, 0, "Bonjour tout le monde.")
    stage.decide(ana, found["decided"])
    keeping.note(act=act(stage, "n"), at=stage.here(ana), key=stage.key(2), text="À revoir.")
    keeping.keep_position(ana, stage.video, 61_500, stage.now)
    history.revert(act=act(stage, "r"), at=stage.here(ana), number=3)
    return found


def test_everything_of_theirs_is_handed_over(stage: Stage) -> None:
    rows = lived(stage)
    tables = {name: list(found) for name, found in personal.export(stage.person("Ana")).items()}
    assert [row["state"] for row in tables["suggestions"]] == ["accepted", "refused", "open", "draft"]
    assert tables["suggestions"][1]["decision"] == "Il dit bonjour."
    assert tables["suggestions"][1]["comment"] == "Je l'entends ainsi."
    assert tables["suggestions"][0]["proposal"][0]["text"] == "On commence maintenant."
    assert [(row["suggestion_id"], row["value"]) for row in tables["supports"]] == [(rows["others"].pk, 1)]
    assert [row["id"] for row in tables["decided"]] == [rows["decided"].pk]
    assert [row["text"] for row in tables["notes"]] == ["À revoir."]
    assert [row["at"] for row in tables["positions"]] == [61_500]
    assert not [list(found) for found in personal.export(stage.person("Zoe")).values() if list(found)]


def test_words_that_stand_stay_without_a_name_and_the_rest_goes(stage: Stage) -> None:
    rows = lived(stage)
    ana = stage.person("Ana")
    said = stage.said()
    stage.now = timezone.now() + timedelta(hours=3)
    accounts.erase(ana, by=ana.pk, now=stage.now)
    stage.people = {name: person for name, person in stage.people.items() if name != "Ana"}
    for row in rows.values():
        row.refresh_from_db()
    assert stage.said() == said
    assert said[1] == "On commence maintenant."
    assert (rows["accepted"].state, rows["accepted"].author) == ("accepted", None)
    assert rows["accepted"].proposal[0]["text"] == "On commence maintenant."
    assert (rows["refused"].author, rows["refused"].comment, rows["refused"].proposal) == (None, "", [])
    assert (rows["open"].state, rows["open"].author, rows["open"].proposal) == ("withdrawn", None, [])
    assert (rows["decided"].state, rows["decided"].decided_by) == ("accepted", None)
    assert (rows["others"].state, rows["others"].in_favour) == ("open", 0)
    assert not Suggestion.objects.filter(state="draft").exists()
    for model, name in ((Cue, "by"), (Revision, "by"), (Suggestion, "author"), (Suggestion, "decided_by")):
        assert not model._default_manager.filter(**{name: ana.pk}).exists(), (model, name)
    for kept in (Note, Position, Support):
        assert not kept._default_manager.filter(person=ana.pk).exists()


def test_the_name_is_gone_from_every_page(stage: Stage) -> None:
    rows = lived(stage)
    ana = stage.person("Ana")
    reader = cast.browser(stage.person("Ben"))
    paths = [f"fr/cue/{stage.key(place)}/" for place in range(4)]
    paths += ["fr/", "fr/history/", "fr/history/2/", "fr/history/4/", "fr/suggestions/"]
    paths += [f"suggestion/{row.pk}/" for row in rows.values()]

    def named() -> set[str]:
        pages = {path: reader.get(stage.base + path) for path in paths}
        pages["thanks"] = reader.get(f"/e/{stage.edition.slug}/videos/thanks/")
        assert {reply.status_code for reply in pages.values()} == {200}
        return {path for path, reply in pages.items() if "Ana D" in reply.content.decode()}

    assert {"fr/history/", "fr/history/2/", "fr/suggestions/", "thanks"} <= named()
    accounts.erase(ana, by=ana.pk, now=timezone.now() + timedelta(hours=3))
    assert named() == set()


def test_what_stays_is_said(stage: Stage) -> None:
    lived(stage)
    assert personal.erase(stage.person("Ana"), stage.now) == {personal.WORDS: personal.WORDS_WHY}
    assert personal.erase(stage.person("Zoe"), stage.now) == {}
    assert crediting.thanked(stage.edition.course)[0].accepted == 1


def test_nobody_else_loses_a_word(stage: Stage) -> None:
    lived(stage)
    ben = stage.person("Ben")
    keeping.note(act=act(stage, "n"), at=stage.here(ben), key=stage.key(0), text="De Ben.")
    before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in (Cue, Revision)}
    personal.erase(stage.person("Ana"), stage.now)
    assert {model: set(model._default_manager.values_list("pk", flat=True)) for model in before} == before
    assert Note.objects.get().text == "De Ben."
    assert Suggestion.objects.filter(author=ben).count() == 2
    assert reading.now(stage.track()).lines[3].text == FRENCH[3]
