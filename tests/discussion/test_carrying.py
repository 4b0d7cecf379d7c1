"""Threads that outlive their edition."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client

from preau.audit.http import Refused
from preau.courses.models import Edition
from preau.discussion import access, carrying, reading
from preau.discussion.access import Here
from preau.discussion.models import Thread
from tests import cast
from tests.discussion import talking

pytestmark = pytest.mark.django_db
LATER = cast.monday(cast.MONDAY + timedelta(weeks=30))


def two_editions() -> tuple[Edition, Edition]:
    first = cast.edition()
    return first, cast.edition(slug="thin-2", opens=LATER, of=first.course.versions.get())


def lasting(first: Edition, unit: str) -> Thread:
    """A question about a unit of the first edition, answered, and marked by its moderator."""
    now = first.opens_at + timedelta(days=1)
    ana, ben, tom = (cast.person(name) for name in ("Ana", "Ben", "Tom"))
    for who in (ana, ben):
        cast.enrolment(who, first)
    cast.role(tom, "moderator", edition=first)
    where = {"edition": first.slug}
    asker = talking.here(ana, where, now)
    outline = reading.outline(asker, "fr")
    assert outline is not None
    facts = outline.by_key[unit]
    thread = talking.ask(asker, "Pourquoi cette date ?", unit=facts.id, version=outline.version_id)
    talking.reply(talking.here(ben, where, now), thread, "Parce que la marge est nulle.")
    keeper = talking.here(tom, where, now)
    opened = access.thread(keeper, thread.pk)
    carrying.keep(act=cast.an_act("lasting", now=now), at=keeper, opened=opened, on=True)
    return thread


def beside(at: Here, unit: str) -> carrying.AtUnit:
    outline = reading.outline(at, "fr")
    assert outline is not None
    return carrying.at_unit(at, outline, outline.by_key[unit])


def test_a_lasting_thread_stands_at_the_same_unit_of_the_next_edition_to_be_read_only() -> None:
    first, second = two_editions()
    thread = lasting(first, "lecon")
    zoe = cast.person("Zoe")
    cast.enrolment(zoe, second, at=LATER)
    at = talking.here(zoe, {"edition": second.slug}, LATER + timedelta(days=1))
    (asked,) = beside(at, "lecon").threads
    assert (asked.thread.pk, asked.number, asked.changed) == (thread.pk, 1, False)
    opened = access.thread(at, thread.pk)
    assert opened.carried
    assert not opened.writable
    with pytest.raises(Http404):
        access.post(at, thread.posts.get(number=2).pk, write=True)
    with pytest.raises(Refused):
        talking.reply(at, thread)


def test_one_that_is_not_marked_stays_where_it_was() -> None:
    first, second = two_editions()
    thread = lasting(first, "lecon")
    Thread.objects.filter(pk=thread.pk).update(lasting=False)
    zoe = cast.person("Zoe")
    cast.enrolment(zoe, second, at=LATER)
    at = talking.here(zoe, {"edition": second.slug}, LATER + timedelta(days=1))
    assert not beside(at, "lecon").threads
    with pytest.raises(Http404):
        access.thread(at, thread.pk)


def test_one_about_a_graded_unit_opens_after_the_deadline_and_its_grace() -> None:
    first, second = two_editions()
    thread = lasting(first, "quiz")
    zoe = cast.person("Zoe")
    cast.enrolment(zoe, second, at=LATER)
    where = {"edition": second.slug}
    before = talking.here(zoe, where, LATER + timedelta(days=1))
    found = beside(before, "quiz")
    assert (list(found.threads), found.later) == ([], True)
    html = reading.page(before, access.thread(before, thread.pk), "fr", 1)["posts"]
    assert "marge est nulle" not in html
    after = talking.here(zoe, where, LATER + timedelta(weeks=7))
    assert [one.thread.pk for one in beside(after, "quiz").threads] == [thread.pk]
    assert "marge est nulle" in reading.page(after, access.thread(after, thread.pk), "fr", 1)["posts"]


def test_who_reads_an_open_page_without_following_the_session_learns_that_there_are_threads(
    client: Client, edition: Edition
) -> None:
    stranger = cast.person("Zoe")
    lasting(edition, "lecon")
    address = f"/e/{edition.slug}/discussion/at/lecon/"
    for signed_in in (False, True):
        if signed_in:
            client.force_login(stranger)
        fragment = client.get(address, headers={"HX-Request": "true"})
        assert fragment.status_code == 200
        assert "Pourquoi cette date" not in fragment.text
        assert client.get(address).status_code == (404 if signed_in else 302)
