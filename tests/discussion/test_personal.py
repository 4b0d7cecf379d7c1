"""A person's own data in the discussions: handed over, and erased without taking the answers away from others."""

from datetime import timedelta

import pytest

from preau.accounts import actions as accounts
from preau.discussion import access, actions, files, meeting, personal, telling
from preau.discussion.models import (
    Circle,
    CircleMember,
    Edit,
    Flag,
    Follow,
    Member,
    ModerationAct,
    Notice,
    Post,
    ReadMark,
    Thread,
    Vote,
)
from preau.discussion.profiles import Profile
from preau.mail.attachments import Attachment
from tests import cast
from tests.discussion import talking
from tests.discussion.test_following import Stage, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


def lived(stage: Stage) -> dict[str, Post]:
    """Ben introduced himself, asked, answered, thanked, followed, flagged, and was warned."""
    at = stage.at(stage.ben)
    act = cast.an_act("introduce", now=at.now)
    picture = Attachment("moi.png", "image/png", b"\x89PNG\r\n\x1a\n")
    said = actions.Said("Je viens de Lille.", [picture], agrees=True)
    shown = Profile(name="Benoît", country="FR", job="Maçon", why="Pour apprendre")
    meeting.introduce(act=act, at=at, shown=shown, said=said, language="fr")
    introduction = Post.objects.get(pk=act.id)
    talking.reply(stage.at(stage.ben), introduction.thread, "et merci")
    thread = stage.ask(stage.ana, title="La marge ?")
    answer = stage.reply(stage.ben, thread, "La marge totale.")
    at = stage.at(stage.ben)
    actions.edit(act=cast.an_act("edit", now=at.now), at=at, post=answer, text="La marge libre.")
    first = thread.posts.get(number=1)
    at = stage.at(stage.ben)
    actions.thank(act=cast.an_act("thank", now=at.now), at=at, post=first, on=True)
    stage.read(stage.ben, thread)
    telling.tell_due(now=stage.now)
    stage.reply(stage.ana, thread, "@Benoît merci")
    Flag.objects.create(
        post=first, space_id=thread.space_id, person=stage.ben, reason="spam", words="pub", raised_at=stage.now
    )
    warned = {"what": "warn", "post": answer, "person": stage.ben, "by": stage.ana, "at": stage.now}
    ModerationAct.objects.create(space_id=thread.space_id, statement="Doucement.", contest="Non.", **warned)
    Notice.objects.create(
        address="x", email=stage.ben.email, name="Ben", language="fr", reason="copie", received_at=stage.now
    )
    return {"introduction": introduction, "answer": answer, "first": first}


def test_everything_of_theirs_is_handed_over(stage: Stage) -> None:
    lived(stage)
    tables = {name: list(rows) for name, rows in personal.export(stage.ben).items()}
    assert {name for name, rows in tables.items() if not rows} == {"marked_as_revealing", "hosted", "decided"}
    assert [row["text"] for row in tables["posts"]] == ["Je viens de Lille.", "et merci", "La marge libre."]
    assert tables["edits"][0]["text"] == "La marge totale."
    assert tables["profiles"][0]["job"] == "Maçon"
    assert tables["decisions"][0]["statement"] == "Doucement."
    assert [name for name, row in tables.items() for one in row if "by" in one] == []


def test_what_they_wrote_for_others_stays_without_their_name_and_what_they_told_of_themself_goes(stage: Stage) -> None:
    posts = lived(stage)
    picture = files.KEPT.place(posts["introduction"].pk, posts["introduction"].files[0]["digest"])
    assert picture.is_file()
    page = cast.browser(stage.ana)
    address = f"/e/{stage.edition.slug}/discussion/thread/{posts['answer'].thread_id}/"
    assert "Benoît</a></b>" in page.get(address).content.decode()
    accounts.erase(stage.ben, by=stage.ben.pk, now=stage.now + timedelta(hours=3))
    answer = Post.objects.get(pk=posts["answer"].pk)
    assert (answer.author_id, answer.text, answer.state) == (None, "La marge libre.", "shown")
    shown = page.get(address).content.decode()
    assert "La marge libre." in shown
    assert "Benoît</a></b>" not in shown
    assert "@Benoît merci" in shown, "others' words stay theirs"
    introduction = Post.objects.select_related("thread").get(pk=posts["introduction"].pk)
    assert (introduction.text, introduction.files, introduction.state) == ("", [], "deleted")
    assert "Benoît" not in introduction.thread.title
    assert introduction.thread.author_id is None
    assert not picture.exists()
    assert Post.objects.get(pk=posts["first"].pk).thanks == 0
    for model in (Member, CircleMember, Follow, ReadMark, Vote):
        assert not model._default_manager.filter(person=stage.ben).exists(), model
    assert not Edit.objects.exists()
    assert Circle.objects.get().size == 0
    flag, decision, notice = Flag.objects.get(), ModerationAct.objects.get(), Notice.objects.get()
    assert (flag.person_id, flag.words) == (None, "")
    assert (decision.person_id, decision.contest, decision.statement) == (None, "", "Doucement.")
    assert (notice.name, notice.email, notice.reason) == ("", "", "copie")
    assert not Thread.objects.filter(author=stage.ben).exists()
    assert access.thread(stage.at(stage.ana), answer.thread_id).thread.replies == 2


def test_what_stays_is_said_before_and_after(stage: Stage) -> None:
    lived(stage)
    kept = personal.erase(stage.ben, stage.now)
    assert set(kept) == {personal.POSTS, personal.DECISIONS}
    assert personal.erase(stage.zoe, stage.now) == {}
