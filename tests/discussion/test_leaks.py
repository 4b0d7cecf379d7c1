"""What a learner may not read is nowhere: not in a page, a fragment, a search, a summary, a mail or an export."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.discussion import access, actions, digests, indexing, personal, reading, telling
from preau.discussion.models import Edit, Member, Post, Thread
from preau.mail.models import Message, Preference
from tests import cast
from tests.discussion import talking
from tests.discussion.test_following import Stage

pytestmark = pytest.mark.django_db
KINDS = ("folded", "held", "hidden", "deleted")
AFTER = timedelta(weeks=9)


@dataclass
class Hidden:
    """What is in the discussion that a learner does not read: the posts, and one word of each that is nowhere else."""

    threads: list[Thread] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    def put(self, stage: Stage, post: Post, kind: str, word: str) -> None:
        """Make it so; what it said before is as unreadable."""
        self.posts.append(post)
        self.words[word] = kind
        Edit.objects.create(post=post, text=f"commun avant {word}", by=stage.ana, at=stage.now)
        if kind == "folded":
            act = cast.an_act("discussion.reveal", {}, stage.now)
            actions.reveal(act=act, at=stage.at(stage.ben), post=post, on=True)
        else:
            Post.objects.filter(pk=post.pk).update(state=kind)
            actions.settle(post.thread_id)


def hide(stage: Stage, found: Hidden, unit: str) -> None:
    """Replies and whole threads of each kind, anchored to a graded unit."""
    outline = reading.outline(stage.at(stage.ana), "fr")
    assert outline is not None
    anchor = outline.by_key[unit].id
    open_thread = stage.ask(stage.ana, title="Une question commune", text="Une question lisible.", unit=anchor)
    found.threads.append(open_thread)
    for kind in KINDS:
        word = f"jeton{unit}{kind}reponse"
        found.put(stage, stage.reply(stage.ana, open_thread, f"commun **{word}** fin"), kind, word)
        word, title = f"jeton{unit}{kind}debut", f"jeton{unit}{kind}titre"
        named = "Une question commune pliée" if kind == "folded" else f"Une question commune {title}"
        thread = stage.ask(stage.ana, title=named, text=f"commun {word}", unit=anchor)
        found.threads.append(thread)
        found.put(stage, thread.posts.get(), kind, word)
        if kind != "folded":
            found.words[title] = kind


def reached(stage: Stage, who: Person, found: Hidden) -> Iterator[tuple[str, str]]:
    """All that a learner can get, with its address."""
    base = f"/e/{stage.edition.slug}/discussion/"
    author = Member.objects.get(person=stage.ana)
    paths = [
        "", "room/general/", "mine/", "me/", "introduce/", "house-rules/", "live/", f"people/{author.pk}/",
        "search/?q=commun", "search/?q=question", "search/?q=commune&kind=question", "suggest/?title=question+commune",
        "suggest/?title=commun", "at/examen/", "at/apres/", "at/lecon/",
        "room/general/new/?unit=apres",
        *(f"thread/{row.pk}/" for row in found.threads), *(f"thread/{row.pk}/after/0/" for row in found.threads),
        *(f"post/{row.pk}/{more}" for row in found.posts for more in ("", "edit/", "flag/", "file/1/")),
    ]  # fmt: skip
    addresses = [base + path for path in paths]
    addresses += [f"/commons/{stage.edition.course.slug}/{path}" for path in paths[:10]]
    addresses += [f"/e/{stage.edition.slug}/", "/me/", f"/e/{stage.edition.slug}/me/fr/debut/quiz/"]
    for browser in (cast.browser(who), cast.script(who)):
        for address in addresses:
            reply = browser.get(address)
            assert reply.status_code < 500, address
            yield address, (b"".join(reply) if reply.streaming else reply.content).decode()
    for post in found.posts:
        reply = cast.script(who).post(f"{base}post/{post.pk}/thank/", cast.form(on="1"))
        yield "thank", reply.content.decode()
    yield "export", str({name: list(rows) for name, rows in personal.export(who).items()})


def mailed(stage: Stage) -> str:
    """All that is in the outbox after summaries were prepared and people told."""
    indexing.index_due(now=stage.now)
    while telling.tell_due(now=stage.now):
        pass
    while digests.prepare(now=stage.now + timedelta(days=1)):
        pass
    others = Message.objects.exclude(person_id=stage.ana.pk)
    return "\n".join(str(row) for row in others.values_list("subject", "text", "html"))


def test_what_may_not_be_read_is_nowhere_and_what_was_folded_is_read_after_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    stage.follow_room(stage.zoe)
    stage.follow_room(stage.ben)
    Preference.objects.create(person_id=stage.ben.pk, kind=telling.DISCUSSION, cadence="now", chosen_at=stage.now)
    known = {"joined_at": stage.now, "digested_at": stage.now, "rules_at": stage.now, "posts": 5}
    known["first_at"] = stage.now - timedelta(days=30)
    course = stage.edition.course
    for who in (stage.ana, stage.zoe, stage.ben):
        Member.objects.update_or_create(course=course, person=who, defaults=known)
    found = Hidden()
    hide(stage, found, "examen")  # its deadline is later than the next summary, whatever the day
    mail = mailed(stage)
    assert "Une question commune" in mail, "summaries are told of what can be read"
    assert [word for word in found.words if word in mail] == [], "mail"
    hide(stage, found, "apres")
    indexing.index_due(now=stage.now)
    for address, body in reached(stage, stage.zoe, found):
        assert [word for word in found.words if word in body] == [], address
    later = timezone.now() + AFTER
    monkeypatch.setattr(timezone, "now", lambda: later)
    seen = {word for _address, body in reached(stage, stage.zoe, found) for word in found.words if word in body}
    assert seen == {word for word, kind in found.words.items() if kind == "folded"}


def test_a_thread_of_an_earlier_edition_about_a_graded_unit_is_folded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    outline = reading.outline(stage.at(stage.ana), "fr")
    assert outline is not None
    thread = stage.ask(stage.ana, title="Du quiz", text="commun jetonavant", unit=outline.by_key["quiz"].id)
    answer = stage.reply(stage.ben, thread, "commun jetonreponse")
    Thread.objects.filter(pk=thread.pk).update(lasting=True, accepted=answer)
    indexing.index_due(now=stage.now)
    opens = cast.monday(timezone.now())
    later = cast.edition(slug="thin-2", opens=opens, of=stage.edition.course.versions.get())
    zoe = cast.person("Zed")
    cast.enrolment(zoe, later)
    base, words = "/e/thin-2/discussion/", ("jetonavant", "jetonreponse")
    paths = [
        "", "at/quiz/", "search/?q=commun", "suggest/?title=du+quiz", f"thread/{thread.pk}/",
        f"thread/{thread.pk}/after/0/", f"post/{answer.pk}/",
    ]  # fmt: skip
    for path in paths:
        for browser in (cast.browser(zoe), cast.script(zoe)):
            body = browser.get(base + path).content.decode()
            assert [word for word in words if word in body] == [], path
    end = timezone.now() + AFTER
    monkeypatch.setattr(timezone, "now", lambda: end)
    body = cast.browser(zoe).get(f"{base}thread/{thread.pk}/").content.decode()
    assert all(word in body for word in words)
    assert access.thread(talking.here(zoe, {"edition": "thin-2"}, end), thread.pk).carried
