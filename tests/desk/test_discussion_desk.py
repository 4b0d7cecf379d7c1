"""The moderators' desk: what waits for me, in my languages, in my hours; a constant number of queries."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Role, Shift, Volunteer
from preau.desk import words
from preau.discussion import moderating
from preau.discussion.models import Flag, Member, ModerationAct, Notice, Post, Space, Thread
from preau.support.models import SavedReply
from tests import cast
from tests.desk.test_many import NUMBERS, copy
from tests.discussion import talking

DESK = "/desk/thin-1/discussion/"
BASE = "/e/thin-1/discussion/"
SIZES = (3, 300, 30_000)
HERE = {"edition": "thin-1"}


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def mo(edition: Edition) -> Person:
    """Moderates the edition, and ticked French only."""
    person = cast.person("Mo")
    cast.role(person, Role.Kind.MODERATOR, edition=edition)
    Volunteer.objects.create(
        edition=edition, person=person, languages=["fr"], state=Volunteer.State.APPROVED, applied_at=timezone.now()
    )
    return person


def shown(who: Person, query: str = "") -> str:
    response = cast.browser(who).get(DESK + query)
    assert response.status_code == 200
    return str(response.content.decode())


def asked(who: Person, title: str, where: dict[str, str] | None = None, **fields: Any) -> Thread:
    thread = talking.ask(talking.here(who, where or HERE, timezone.now()), title, f"{title}, comment faire ?")
    Thread.objects.filter(pk=thread.pk).update(**fields)
    return thread


def test_what_waits_is_told_by_age_in_my_languages_with_the_commons(
    edition: Edition, ana: Person, mo: Person, tom: Person
) -> None:
    now = timezone.now()
    asked(ana, "La plus ancienne", made_at=now - timedelta(days=2))
    asked(ana, "La suivante", made_at=now - timedelta(hours=5))
    asked(ana, "In English", language="en")
    asked(ana, "Entre deux sessions", {"course": "thin"})
    asked(ana, "À discuter", kind="discussion")
    done = asked(ana, "Répondue")
    talking.reply(talking.here(tom, HERE, now), done)
    page = shown(mo)
    order = [page.index(title) for title in ("La plus ancienne", "La suivante", "Entre deux sessions")]
    table = page[page.index('id="questions"') : page.index("</section>", page.index('id="questions"'))]
    assert order == sorted(order)
    assert "In English" not in table
    assert "Répondue" not in table
    assert "À discuter" not in table
    assert re.search(r"<h1>3\b", page)
    assert "In English" in shown(mo, "?language=all")


def test_my_hours_say_whether_i_am_on_duty(edition: Edition, mo: Person) -> None:
    local = timezone.localtime(timezone.now(), edition.zone_info)
    offer = Volunteer.objects.get(person=mo)
    later = Shift.objects.create(volunteer=offer, weekday=(local.weekday() + 2) % 7, hour=18, language="fr")
    assert 'class="state done"' not in shown(mo)
    assert " 18" in shown(mo)
    for hour in {local.hour, (local.hour + 1) % 24}:  # the hour may turn meanwhile
        Shift.objects.create(volunteer=offer, weekday=local.weekday(), hour=hour, language="fr")
    assert 'class="state done"' in shown(mo)
    later.delete()


def test_flags_held_and_first_messages_are_there_and_go_when_done(
    edition: Edition, ana: Person, mo: Person, tom: Person
) -> None:
    now = timezone.now()
    thread = asked(ana, "Bonjour à vous")
    post = thread.posts.get()
    page = shown(mo)
    assert 'id="firsts"' in page
    other = cast.person("Cleo")
    cast.enrolment(other, edition)
    cast.browser(other).post(f"{BASE}post/{post.pk}/flag/", cast.form(reason="copy", words="Déjà lu."))
    Post.objects.filter(pk=post.pk).update(state="held")
    page = shown(mo)
    assert "Déjà lu." in page
    assert 'id="held"' in page
    assert "Cleo" not in page.split('id="firsts"')[0].split("Déjà lu.")[0][-200:]
    flag = Flag.objects.get()
    taken = cast.browser(mo).post(f"{BASE}flag/{flag.pk}/claim/", cast.form(desk="thin-1"))
    assert taken.headers["Location"] == DESK
    assert "/release/" in shown(mo)
    sent = cast.browser(mo).post(f"{BASE}post/{post.pk}/moderate/", cast.form(do="release", desk="thin-1"))
    assert sent.headers["Location"] == DESK
    page = shown(mo)
    assert "Déjà lu." not in page
    assert 'id="held"' not in page
    talking.reply(talking.here(tom, HERE, now), thread)
    assert 'id="firsts"' not in shown(mo)


def test_who_helps_and_how_long_first_answers_take(edition: Edition, ana: Person, mo: Person, tom: Person) -> None:
    now = timezone.now()
    for hours in (1, 3, 30):
        thread = asked(ana, f"Question {hours}", made_at=now - timedelta(days=3))
        post = talking.reply(talking.here(tom, HERE, now), thread)
        Post.objects.filter(pk=post.pk).update(thanks=2)
        Thread.objects.filter(pk=thread.pk).update(
            answered_at=now - timedelta(days=3) + timedelta(hours=hours), accepted=post
        )
    page = shown(mo)
    assert re.search(r"\b3\s?h", page)
    assert "67" in page  # two of three within a day
    row = page[page.index(">Tom<") :]
    assert re.findall(r'class="num">(\d+)<', row[: row.index("</tr>")]) == ["6", "3", "3"]


def test_an_answer_and_a_warning_begin_with_a_saved_reply(edition: Edition, ana: Person, mo: Person) -> None:
    thread = asked(ana, "Le chemin critique")
    texts = {"fr": {"title": "Merci", "text": "Merci de votre question."}}
    SavedReply.objects.create(course=edition.course, key="merci", texts=texts)
    client = cast.browser(mo)
    page = client.get(f"{DESK}thread/{thread.pk}/?saved=merci").content.decode()
    assert "Merci de votre question." in page
    assert f'action="{BASE}thread/{thread.pk}/#reply"' in page
    page = client.get(f"{DESK}post/{thread.posts.get().pk}/?saved=merci").content.decode()
    assert "Merci de votre question." in page
    assert client.post(f"{BASE}thread/{thread.pk}/", cast.form(text="Voici.", agree="on")).status_code == 302
    assert "Le chemin critique" not in shown(mo).split('id="firsts"')[0]


def test_nothing_of_another_edition_opens(edition: Edition, ana: Person, mo: Person) -> None:
    other = cast.edition(slug="thin-2", opens=edition.opens_at, of=edition.course.versions.get())
    cast.enrolment(ana, other)
    thread = asked(ana, "Ailleurs", {"edition": "thin-2"})
    client = cast.browser(mo)
    assert client.get("/desk/thin-2/discussion/").status_code == 404
    for path in (f"thread/{thread.pk}/", f"post/{thread.posts.get().pk}/"):
        assert client.get(DESK + path).status_code == 404
    assert "Ailleurs" not in shown(mo)
    assert cast.browser(ana).get(DESK).status_code == 404


def first_rows(ana: Person, tom: Person) -> list[models.Model]:
    """A question with its first message, one that waits, two more; a flag, a contested decision, a notice."""
    now = timezone.now()
    thread = asked(ana, "P0")
    first = thread.posts.get()
    Member.objects.filter(person=ana).update(first_at=first.at)
    posts = [
        Post.objects.create(thread=thread, number=n, author=ana, text="Oui", at=now, state=state, thanks=1)
        for n, state in ((2, "held"), (3, "shown"), (4, "shown"))
    ]
    Thread.objects.filter(pk=thread.pk).update(latest=4)
    space = Space.objects.get(edition__slug="thin-1")
    flag = Flag.objects.create(post=posts[1], space=space, person=tom, reason="spam", raised_at=now)
    act = ModerationAct.objects.create(
        space=space, what="hide", post=posts[0], person=ana, by=tom, at=now, contested_at=now, contest="Non"
    )
    notice = Notice.objects.create(address="x", post=posts[0], language="fr", reason="Oui", received_at=now)
    return [thread, first, *posts, flag, act, notice]


def grow(rows: list[models.Model], had: int, wanted: int) -> None:
    """From `had` such threads to `wanted`: the database copies the first, in a statement for each table."""
    thread, *others = rows
    copy(thread, NUMBERS.format(first=had, last=wanted - 1), "source", {"title": "'P' || source.n"})
    for row in others:
        if isinstance(row, Post):
            same = f"p.thread_id = source.id AND p.number = {row.number}"
            bare = f"NOT EXISTS (SELECT 1 FROM discussion_post p WHERE {same})"
            copy(
                row,
                "",
                "(SELECT id FROM discussion_thread WHERE title LIKE 'P%%') source",
                {"thread_id": "source.id"},
                bare,
            )
        else:
            number = row.post.number  # type: ignore[attr-defined]
            bare = f"NOT EXISTS (SELECT 1 FROM {row._meta.db_table} same WHERE same.post_id = source.id)"
            posts = f"(SELECT id FROM discussion_post WHERE number = {number}) source"
            copy(row, "", posts, {"post_id": "source.id"}, bare)
    cast.analysed()


def test_the_desk_costs_as_much_for_three_as_for_thirty_thousand(ana: Person, tom: Person, mo: Person) -> None:
    client, rows = cast.browser(mo), first_rows(ana, tom)
    counts, had = [], 1
    for size in SIZES:
        grow(rows, had, size)
        had = size
        client.get(DESK)  # what is the same for everybody is warm
        with CaptureQueriesContext(connection) as asked_for:
            page = client.get(DESK).content.decode()
        counts.append(len(asked_for))
        for part in ("questions", "flags", "held", "firsts", "contests", "notices"):
            assert f'id="{part}"' in page, part
        assert re.search(rf"<h1>{size}\b", page.replace("\xa0", "").replace("\u202f", ""))
    assert len(set(counts[1:])) == 1, counts
    assert counts[0] <= counts[1] <= counts[0] + 5  # a list that does not fit is counted too
    assert counts[1] <= 40


def test_every_line_of_the_journal_has_its_words() -> None:
    told = {"flag.claimed", "flag.released", "flag.settled", "contest.answered", "notice.decided"}
    told |= {"thread.pinned", "thread.unpinned", *moderating.JOURNAL.values()}
    assert told <= set(words.VERBS)
