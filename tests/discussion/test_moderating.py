"""Moderators keep the discussions kind: each decision is told, undone, contested; nothing crosses a space."""

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.courses.models import Edition, Enrolment, Role
from preau.discussion import moderating, statements, words_moderation
from preau.discussion.models import Flag, Member, ModerationAct, Post, Thread
from preau.discussion.moderating import Why
from preau.mail.models import Message
from tests import cast
from tests.discussion import talking

BASE = "/e/thin-1/discussion/"
COMMONS = "/commons/thin/"
WHY: dict[str, Any] = {"rule": "kind", "words": "Ce message attaque une personne."}


@dataclass
class Yard:
    """A running edition: Ana wrote in a thread, Ben reads, Mo moderates, Max too, Tom teaches, Rita keeps records."""

    edition: Edition
    ana: Person
    ben: Person
    mo: Person
    max: Person
    tom: Person
    thread: Thread
    post: Post
    now: datetime

    def url(self, what: str = "", *, base: str = BASE) -> str:
        return f"{base}post/{self.post.pk}/{what}"

    def decide(self, who: Person, do: str, **fields: str) -> Any:
        return cast.browser(who).post(self.url("moderate/"), cast.form(do=do, **{**WHY, **fields}))

    def state(self) -> str:
        self.post.refresh_from_db()
        return self.post.state


@pytest.fixture
def yard(db: None) -> Yard:
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    people = {name: cast.person(name) for name in ("Ana", "Ben", "Mo", "Max", "Tom")}
    for name in ("Ana", "Ben"):
        cast.enrolment(people[name], edition)
    for name in ("Mo", "Max"):
        cast.role(people[name], Role.Kind.MODERATOR, edition=edition)
    cast.role(people["Tom"], Role.Kind.TEACHER, edition=edition)
    thread = talking.ask(talking.here(people["Ben"], {"edition": edition.slug}, now))
    post = talking.reply(talking.here(people["Ana"], {"edition": edition.slug}, now), thread, "Vous êtes nuls.")
    ana, ben, mo, max_, tom = people.values()
    return Yard(edition, ana, ben, mo, max_, tom, thread, post, now)


def letters(who: Person) -> list[str]:
    return [row.text for row in Message.objects.filter(person_id=who.pk).order_by("queued_at", "id")]


def flagged(yard: Yard, who: Person, reason: str = "unkind", words: str = "Insultant.") -> Any:
    return cast.browser(who).post(yard.url("flag/"), cast.form(reason=reason, words=words))


def trust(who: Person, now: datetime) -> None:
    Member.objects.filter(person=who).update(posts=10, thanked=5, first_at=now - timedelta(days=8))


def test_anybody_points_a_message_out_once_and_nobody_but_moderators_sees_who(yard: Yard) -> None:
    assert "/flag/" in cast.browser(yard.ben).get(yard.url()).content.decode()
    assert flagged(yard, yard.ben).status_code == 302
    row = Flag.objects.get()
    assert (row.reason, row.words, row.person_id) == ("unkind", "Insultant.", yard.ben.pk)
    assert flagged(yard, yard.ben).status_code == 422
    assert flagged(yard, yard.ana).status_code == 422  # one's own
    assert flagged(yard, yard.mo, reason="nonsense").status_code == 422
    assert Flag.objects.count() == 1
    for who, seen in ((yard.ana, False), (yard.mo, True)):
        client = cast.browser(who)
        pages = [
            client.get(yard.url()),
            client.get(f"{BASE}thread/{yard.thread.pk}/"),
            client.get(yard.url("moderate/")),
        ]
        assert any("Insultant." in page.content.decode() for page in pages) is seen
        assert [page.status_code for page in pages] == [200, 200, 200 if seen else 404]


@pytest.mark.parametrize("reason", ["illegal", "unkind"])
def test_what_is_illegal_points_to_the_danger_page_too(yard: Yard, reason: str) -> None:
    client = cast.browser(yard.ben)
    assert "/e/thin-1/alert/" in client.get(yard.url("flag/")).content.decode()
    sent = client.post(yard.url("flag/"), cast.form(reason=reason), follow=True)
    with translation.override("fr"):
        more = _("If somebody is in danger, report it too: “Report a danger”, at the bottom of this page.")
    assert (more in html.unescape(sent.content.decode())) is (reason == "illegal")


def test_a_flag_is_claimed_released_and_settled_and_the_second_is_told_who_was_first(yard: Yard) -> None:
    flagged(yard, yard.ben)
    row = Flag.objects.get()
    url = f"{BASE}flag/{row.pk}/"
    mo, late = cast.browser(yard.mo), cast.browser(yard.max)
    assert mo.post(f"{url}claim/", cast.form()).status_code == 302
    refused = late.post(f"{url}claim/", cast.form(), headers={"Accept": "application/json"})
    assert refused.status_code == 422
    assert "Mo" in refused.json()["reason"]
    assert late.post(f"{url}release/", cast.form(), headers={"Accept": "application/json"}).status_code == 422
    assert mo.post(f"{url}release/", cast.form(), headers={"Accept": "application/json"}).status_code == 200
    assert late.post(f"{url}settle/", cast.form(desk="thin-1")).headers["Location"] == "/desk/thin-1/discussion/"
    row.refresh_from_db()
    assert row.settled_by_id == yard.max.pk
    assert "Une question" in letters(yard.ben)[-1]
    assert yard.state() == "shown"
    refused = mo.post(f"{url}settle/", cast.form(), headers={"Accept": "application/json"})
    assert "Max" in refused.json()["reason"]
    assert {"flag.claimed", "flag.released", "flag.settled"} <= set(Entry.objects.values_list("verb", flat=True))


def test_hiding_is_told_with_its_reasons_and_the_words_are_no_longer_sent(yard: Yard) -> None:
    flagged(yard, yard.ben)
    yard.thread.refresh_from_db()
    revision = yard.thread.revision
    assert yard.decide(yard.mo, "hide").status_code == 302
    assert yard.state() == "hidden"
    yard.thread.refresh_from_db()
    assert yard.thread.revision > revision
    assert yard.thread.replies == 0
    assert "nuls" not in cast.browser(yard.ben).get(f"{BASE}thread/{yard.thread.pk}/").content.decode()
    row = ModerationAct.objects.get()
    assert (row.what, row.by_id, row.person_id, row.rule) == ("hide", yard.mo.pk, yard.ana.pk, "kind")
    text = letters(yard.ana)[-1]
    with translation.override("fr"):
        rule, court = words_moderation.said(words_moderation.RULES, "kind"), statements.ground(row)
    for said in ("Vous êtes nuls.", WHY["words"], f"/act/{row.pk}/", rule, court):
        assert said in text, said
    assert "Ben" not in text
    assert Flag.objects.get().act_id == row.pk  # settled with it
    assert letters(yard.ben)[-1] != text
    assert Entry.objects.filter(verb="post.hidden", about="post", about_id=yard.post.pk).count() == 1
    assert WHY["words"] in cast.browser(yard.ana).get(f"{BASE}act/{row.pk}/").content.decode()
    assert str(row.pk) in cast.browser(yard.ana).get(yard.url()).content.decode()


def test_nothing_is_decided_without_a_rule_and_a_reason(yard: Yard) -> None:
    for do in ("hide", "warn", "mute"):
        for missing in ({"rule": ""}, {"words": " "}):
            assert yard.decide(yard.mo, do, days="3", **missing).status_code == 422
    assert yard.decide(yard.mo, "mute", days="").status_code == 422
    assert yard.decide(yard.mo, "dance").status_code == 422
    assert not ModerationAct.objects.exists()
    assert not letters(yard.ana)


def test_the_second_moderator_is_told_what_the_first_did(yard: Yard) -> None:
    late = cast.browser(yard.max)
    assert "hide" in late.get(yard.url("moderate/")).content.decode()
    yard.decide(yard.mo, "hide")
    at = talking.here(yard.max, {"edition": "thin-1"}, timezone.now())
    with pytest.raises(Refused, match="Mo"):
        moderating.hide(act=cast.an_act("discussion.hide", now=at.now), at=at, post=yard.post, why=Why("kind", "Non."))
    assert ModerationAct.objects.count() == 1


def test_sent_twice_is_done_once(yard: Yard) -> None:
    client, form = cast.browser(yard.mo), cast.form(do="warn", **WHY)
    answers = [client.post(yard.url("moderate/"), form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert ModerationAct.objects.count() == 1
    assert len(letters(yard.ana)) == 1


def test_a_mute_ends_and_is_lifted_and_a_ban_is_for_those_who_decide(yard: Yard) -> None:
    assert yard.decide(yard.mo, "mute", days="7").status_code == 302
    member = Member.objects.get(person=yard.ana)
    assert member.muted_until is not None
    assert timedelta(days=6) < member.muted_until - timezone.now() <= timedelta(days=7)
    author = cast.browser(yard.ana)
    assert author.post(f"{BASE}thread/{yard.thread.pk}/", cast.form(text="Encore.")).status_code == 422
    assert author.get(f"{BASE}thread/{yard.thread.pk}/").status_code == 200
    assert yard.decide(yard.max, "mute", days="3").status_code == 422  # shorter than what holds
    assert yard.decide(yard.mo, "lift").status_code == 302
    assert author.post(f"{BASE}thread/{yard.thread.pk}/", cast.form(text="Merci.")).status_code == 302
    assert yard.decide(yard.mo, "ban").status_code == 422
    assert yard.decide(yard.tom, "ban").status_code == 302
    assert Member.objects.get(person=yard.ana).banned_at is not None
    assert yard.decide(yard.mo, "lift").status_code == 422
    assert yard.decide(yard.tom, "lift").status_code == 302
    assert Member.objects.get(person=yard.ana).banned_at is None
    assert [row.what for row in ModerationAct.objects.order_by("at")] == ["mute", "lift", "ban", "lift"]


def test_nobody_silences_the_team_or_themselves(yard: Yard) -> None:
    at = {"edition": "thin-1"}
    yard.post = talking.reply(talking.here(yard.mo, at, timezone.now()), yard.thread, "De l'équipe.")
    for who in (yard.mo, yard.tom):
        for do in ("warn", "mute", "ban"):
            assert yard.decide(who, do, days="3").status_code == 422
    assert not ModerationAct.objects.exists()


@pytest.mark.parametrize("do", ["hide", "warn", "mute"])
def test_every_decision_is_taken_back(yard: Yard, do: str) -> None:
    yard.decide(yard.mo, do, days="3")
    row = ModerationAct.objects.get()
    url = f"{BASE}act/{row.pk}/undo/"
    assert cast.browser(yard.ana).post(url, cast.form()).status_code == 404
    assert cast.browser(yard.max).post(url, cast.form(words="Trop sévère.")).status_code == 302
    assert yard.state() == "shown"
    member = Member.objects.get(person=yard.ana)
    assert member.muted_until is None
    assert len(letters(yard.ana)) == 2
    assert cast.browser(yard.mo).post(url, cast.form()).status_code == 422
    assert ModerationAct.objects.count() == 2


def test_an_undo_refuses_what_is_no_longer_as_it_was(yard: Yard) -> None:
    yard.decide(yard.mo, "hide")
    row = ModerationAct.objects.get()
    assert yard.decide(yard.max, "restore").status_code == 302
    refused = cast.browser(yard.mo).post(f"{BASE}act/{row.pk}/undo/", cast.form())
    assert refused.status_code == 422
    assert "Max" in refused.content.decode()
    restored = ModerationAct.objects.get(what="restore")
    assert cast.browser(yard.mo).post(f"{BASE}act/{restored.pk}/undo/", cast.form(words="Non.")).status_code == 302
    assert yard.state() == "hidden"


def test_an_answer_that_is_hidden_is_chosen_no_more_and_comes_back_as_it_was(yard: Yard) -> None:
    Thread.objects.filter(pk=yard.thread.pk).update(accepted=yard.post)
    yard.decide(yard.mo, "hide")
    yard.thread.refresh_from_db()
    assert yard.thread.accepted_id is None
    yard.decide(yard.mo, "restore")
    yard.thread.refresh_from_db()
    assert yard.thread.accepted_id == yard.post.pk


def test_a_contest_is_answered_by_somebody_else_and_what_is_overturned_is_undone(yard: Yard) -> None:
    yard.decide(yard.tom, "hide")
    row = ModerationAct.objects.get()
    url = f"{BASE}act/{row.pk}/"
    author = cast.browser(yard.ana)
    assert cast.browser(yard.ben).get(url).status_code == 404
    assert cast.browser(yard.ben).post(f"{url}contest/", cast.form(words="Non")).status_code == 404
    assert author.post(f"{url}contest/", cast.form(words=" ")).status_code == 422
    assert author.post(f"{url}contest/", cast.form(words="C'était une blague.")).status_code == 302
    assert author.post(f"{url}contest/", cast.form(words="Encore.")).status_code == 422
    assert author.post(f"{url}answer/", cast.form(words="Oui", upheld="0")).status_code == 404
    assert cast.browser(yard.mo).post(f"{url}answer/", cast.form(words="Oui", upheld="0")).status_code == 404
    assert cast.browser(yard.mo).post(f"{url}undo/", cast.form()).status_code == 422  # the answer decides
    other = cast.person("Rita")
    cast.role(other, Role.Kind.REGISTRAR, edition=yard.edition)
    assert cast.browser(yard.tom).post(f"{url}answer/", cast.form(words="Non", upheld="1")).status_code == 422
    assert "blague" in cast.browser(other).get(url).content.decode()
    assert cast.browser(other).post(f"{url}answer/", cast.form(words="", upheld="0")).status_code == 422
    before = len(letters(yard.ana))
    assert cast.browser(other).post(f"{url}answer/", cast.form(words="Une blague.", upheld="0")).status_code == 302
    assert yard.state() == "shown"
    assert len(letters(yard.ana)) == before + 1
    row.refresh_from_db()
    assert (row.upheld, row.answered_by_id) == (False, other.pk)


def test_whoever_decided_answers_when_nobody_else_can_and_an_old_decision_stands(yard: Yard) -> None:
    yard.decide(yard.tom, "mute", days="30")
    row = ModerationAct.objects.get()
    url = f"{BASE}act/{row.pk}/"
    ModerationAct.objects.update(at=timezone.now() - timedelta(days=200))
    assert cast.browser(yard.ana).post(f"{url}contest/", cast.form(words="Non")).status_code == 422
    ModerationAct.objects.update(at=timezone.now() - timedelta(days=180))
    assert cast.browser(yard.ana).post(f"{url}contest/", cast.form(words="Non")).status_code == 302
    assert cast.browser(yard.tom).post(f"{url}answer/", cast.form(words="Si.", upheld="1")).status_code == 302
    assert Member.objects.get(person=yard.ana).muted_until is not None
    assert "Si." in letters(yard.ana)[-1]


def test_the_trusted_retitle_move_and_set_aside_and_others_do_not(yard: Yard) -> None:
    client = cast.browser(yard.ben)
    tend, fold = f"{BASE}thread/{yard.thread.pk}/tend/", yard.url("fold/")
    for url in (tend, fold):
        assert client.post(url, cast.form(do="retitle", title="Autre")).status_code == 404
    trust(yard.ben, timezone.now())
    assert tend in client.get(f"{BASE}thread/{yard.thread.pk}/").content.decode()
    assert client.get(tend).status_code == 200
    assert client.post(tend, cast.form(do="retitle", title="Le chemin critique")).status_code == 302
    assert client.post(tend, cast.form(do="retitle", title="Le chemin critique")).status_code == 422
    assert client.post(tend, cast.form(do="retitle", title=" ")).status_code == 422
    assert client.post(tend, cast.form(do="move", room="jobs")).status_code == 302
    assert client.post(tend, cast.form(do="move", room="nowhere")).status_code == 422
    for do in ("close", "pin"):
        assert client.post(tend, cast.form(do=do, on="1")).status_code == 422
    thread = Thread.objects.select_related("room").get(pk=yard.thread.pk)
    assert (thread.title, thread.room.key, thread.closed, thread.pinned) == ("Le chemin critique", "jobs", False, False)
    assert client.post(fold, cast.form()).status_code == 302
    assert yard.state() == "held"
    assert "nuls" not in client.get(f"{BASE}thread/{yard.thread.pk}/").content.decode()
    assert yard.decide(yard.mo, "release").status_code == 302
    assert yard.state() == "shown"
    assert client.post(fold, cast.form()).status_code == 302  # refused: a moderator looked at it
    assert yard.state() == "shown"
    for row in ModerationAct.objects.filter(what__in=("retitle", "move")):
        assert cast.browser(yard.mo).post(f"{BASE}act/{row.pk}/undo/", cast.form()).status_code == 302
    thread.refresh_from_db()
    assert (thread.title, thread.room.key) == ("Une question", "general")


def test_moderators_close_and_pin(yard: Yard) -> None:
    client, tend = cast.browser(yard.mo), f"{BASE}thread/{yard.thread.pk}/tend/"
    assert client.post(tend, cast.form(do="close", on="1", words="Tout est dit.")).status_code == 302
    assert client.post(tend, cast.form(do="close", on="1")).status_code == 422
    assert client.post(tend, cast.form(do="pin", on="1")).status_code == 302
    yard.thread.refresh_from_db()
    assert (yard.thread.closed, yard.thread.pinned) == (True, True)
    assert cast.browser(yard.ana).post(f"{BASE}thread/{yard.thread.pk}/", cast.form(text="Oui")).status_code == 422
    row = ModerationAct.objects.get(what="close")
    assert client.post(f"{BASE}act/{row.pk}/undo/", cast.form()).status_code == 302
    yard.thread.refresh_from_db()
    assert not yard.thread.closed
    assert Entry.objects.filter(verb="thread.pinned").count() == 1


def test_nothing_is_moderated_across_spaces(yard: Yard) -> None:
    flagged(yard, yard.ben)
    flag = Flag.objects.get()
    yard.decide(yard.tom, "warn")
    row = ModerationAct.objects.get()
    other = cast.edition(slug="thin-2", opens=yard.edition.opens_at, of=yard.edition.course.versions.get())
    stranger = cast.person("Zoe")
    cast.role(stranger, Role.Kind.TEACHER, edition=other)
    cast.role(yard.tom, Role.Kind.TEACHER, edition=other)
    for client in (cast.browser(stranger), cast.browser(yard.tom)):
        for base in ("/e/thin-2/discussion/", COMMONS):
            for path in (
                f"post/{yard.post.pk}/moderate/",
                f"post/{yard.post.pk}/flag/",
                f"post/{yard.post.pk}/fold/",
                f"flag/{flag.pk}/claim/",
                f"act/{row.pk}/undo/",
                f"act/{row.pk}/answer/",
                f"thread/{yard.thread.pk}/tend/",
            ):
                sent = client.post(base + path, cast.form(do="hide", reason="spam", upheld="0", **WHY))
                assert sent.status_code == 404, base + path
    assert client.get(f"{COMMONS}act/{row.pk}/").status_code == 404
    assert ModerationAct.objects.count() == 1
    assert yard.state() == "shown"


def test_what_waits_says_why_in_words_and_is_released(yard: Yard) -> None:
    text = "Contactez-moi sur WhatsApp +33612345678 http://bit.ly/x gagnez vite"
    at = talking.here(yard.ana, {"edition": "thin-1"}, timezone.now())
    yard.post = talking.reply(at, yard.thread, text)
    assert yard.state() == "held"
    page = cast.browser(yard.mo).get(yard.url("moderate/")).content.decode()
    with translation.override("fr"):
        assert words_moderation.said(words_moderation.SPAM, "contact") in html.unescape(page)
    assert cast.browser(yard.ben).get(yard.url()).status_code == 404
    assert yard.decide(yard.mo, "release", rule="", words="").status_code == 302
    assert yard.state() == "shown"
    assert ModerationAct.objects.get().before["automated"] is True
    assert letters(yard.ana)


def test_who_left_the_edition_still_reads_the_decision_about_them_and_contests_it(yard: Yard) -> None:
    yard.decide(yard.tom, "hide")
    row, author = ModerationAct.objects.get(), cast.browser(yard.ana)
    Enrolment.objects.filter(person=yard.ana).update(left_at=timezone.now())
    url = f"{BASE}act/{row.pk}/"
    assert author.get(url).status_code == 200
    assert author.post(f"{url}contest/", cast.form(words="C'était une blague.")).status_code == 302
    assert author.get(f"{url}answer/").status_code == 405
    assert author.get(BASE).status_code == 404
    assert author.get(f"{BASE}act/{uuid4()}/").status_code == 404
    assert cast.browser(cast.person("Zed")).get(url).status_code == 404
