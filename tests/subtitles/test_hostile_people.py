"""Script, SQL, control and direction characters in what people propose, comment, keep and decide: shown as text."""

from typing import Any

import pytest

from preau.accounts.models import Person
from preau.subtitles.models import Suggestion
from tests import cast
from tests.policy.test_hostile import PAYLOADS, Reader, as_shown, read
from tests.subtitles.stage import Stage

pytestmark = pytest.mark.django_db
TYPED = [
    *PAYLOADS,
    "a\0b",
    "\ud800",
    "<i/onclick=hostile()>x</i>",
    "{\\an8}<font color=red>x</font>",
    "-->",
    "x" * 5000,
]


def sent(text: str) -> str:
    """As a browser can send it."""
    return text.encode("utf-8", "replace").decode()


def pages(stage: Stage, who: Person | None) -> list[str]:
    """Everything that shows what people typed, with a script and without."""
    rows = Suggestion.objects.values_list("pk", flat=True)
    paths = ["fr/", "fr/mine/", "fr/suggestions/", "fr/history/", f"fr/cue/{stage.key(1)}/", "en/translate/"]
    paths += [f"suggestion/{pk}/" for pk in rows] if who else []
    paths += [f"fr/history/{number}/" for number in range(1, stage.track().revision + 1)]
    found = []
    for reader in (cast.browser(who), cast.script(who)):
        replies = [reader.get(stage.base + path) for path in paths]
        assert {reply.status_code for reply in replies} <= {200, 302, 401}
        found += [reply.content.decode() for reply in replies]
    return found


@pytest.mark.parametrize("text", TYPED)
def test_what_people_type_is_text(stage: Stage, text: str) -> None:
    ana, rose, key = stage.learner("Ana"), stage.reviewer("Rose"), stage.key(1)
    Person.objects.filter(pk=ana.pk).update(name=as_shown(sent(text))[:100])
    posts: list[tuple[Person, str, dict[str, Any]]] = [
        (ana, f"fr/cue/{key}/suggest/", {"kind": "words", "base": "1", "text": sent(text), "comment": sent(text)}),
        (ana, f"fr/cue/{key}/suggest/", {"kind": "unclear", "base": "1", "comment": sent(text)}),
        (ana, f"fr/cue/{key}/suggest/", {"kind": "timing", "base": "1", "start": sent(text), "end": "3"}),
        (ana, f"fr/cue/{key}/note/", {"text": sent(text)}),
        (ana, f"en/translate/{key}/", {"base": "1", "of": "1", "text": sent(text), "propose": "1"}),
    ]
    for who, path, fields in posts:
        reply = cast.script(who).post(stage.base + path, cast.form(**fields))
        assert reply.status_code in (200, 422), path
        assert Reader(reply.content.decode()).wrong == [], path
    for row in Suggestion.objects.order_by("made_at", "pk"):
        accept = "1" if row.kind == "words" else "0"
        form = cast.form(accept=accept, reason=sent(text))
        reply = cast.script(rose).post(f"{stage.base}suggestion/{row.pk}/decide/", form)
        assert reply.status_code in (200, 422)
    for reader in (ana, rose, None):
        for page in pages(stage, reader):
            read(page)
    reply = cast.browser(ana).get(f"/e/{stage.edition.slug}/videos/", {"q": sent(text)})
    assert reply.status_code == 200
    read(reply.content.decode())
