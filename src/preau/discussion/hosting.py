"""Hosts of circles: alumni whom the team approved as volunteers of the edition. Who takes part for the first time is
greeted by somebody who did before; the worker gives each circle its host."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from preau.audit import journal
from preau.courses.models import Edition, Enrolment, Volunteer
from preau.courses.volunteering import CHARTER
from preau.discussion import greeting, meeting, people
from preau.discussion.access import Here
from preau.discussion.models import Circle, Follow, Space
from preau.mail import actions as mail
from preau.mail import kinds

PACE = timedelta(minutes=1)


def register() -> None:
    """The kind of message that tells a host of their circle."""
    kinds.register("host", gettext_noop("Circles that you host"), transactional=False)


def tend(*, now: datetime) -> None:
    """The worker's look: hosts for new circles, and who was greeted."""
    give_hosts(now=now)
    while greeting.measure(now=now) == greeting.BATCH:
        continue


def give_hosts(*, now: datetime) -> int:
    """Give every circle without a host the approved alumni volunteer of its language who has the fewest; they are told
    by mail once, and follow its room. Who no longer helps hosts no more. Returns how many circles got one."""
    open_ = Q(room__space__edition__closes_at__gt=now)
    helps = Volunteer.objects.filter(
        edition=OuterRef("room__space__edition"), person=OuterRef("host"), state=Volunteer.State.APPROVED
    )
    Circle.objects.filter(open_, ~Exists(helps), host__isnull=False).update(host=None)
    spaces = Circle.objects.filter(open_, host=None).order_by().values_list("room__space", flat=True).distinct()
    return sum(_give(space, now) for space in spaces)


@transaction.atomic
def _give(space_id: UUID, now: datetime) -> int:
    space = Space.objects.select_for_update(of=("self",)).select_related("edition__course").get(pk=space_id)
    assert space.edition is not None, "circles are of an edition"
    alumni = _alumni(space.edition)
    rows = Circle.objects.filter(room__space=space)
    has: Counter[UUID] = Counter(dict(rows.values_list("host").annotate(n=Count("pk")).order_by("host")))
    given: dict[UUID, list[Circle]] = {}
    for row in rows.filter(host=None).select_related("room").order_by("number"):
        able = [helper for helper in alumni if row.language in helper.languages]
        if not able:
            continue
        helper = min(able, key=lambda one: has[one.person_id])
        has[helper.person_id] += 1
        row.host = helper.person
        row.save(update_fields=["host"])
        Follow.objects.get_or_create(person=row.host, room=row.room, defaults={"space": space, "since": now})
        journal.log("circle.host", by=None, about="circle", about_id=row.pk, at=now, person=str(row.host.pk))
        given.setdefault(helper.person_id, []).append(row)
    for circles in given.values():
        _tell(space, circles, now)
    return sum(len(circles) for circles in given.values())


def _alumni(edition: Edition) -> list[Volunteer]:
    """Who can host: approved, with the charter signed, and there before; in the order of their offers."""
    before = Enrolment.objects.filter(
        person=OuterRef("person"), edition__course=edition.course, edition__number__lt=edition.number
    )
    rows = Volunteer.objects.filter(Exists(before), edition=edition, state=Volunteer.State.APPROVED, charter=CHARTER)
    rows = rows.filter(person__is_active=True, person__erased_at=None).select_related("person")
    return list(rows.order_by("applied_at", "pk"))


def _tell(space: Space, circles: list[Circle], now: datetime) -> None:
    """One message to a host for the circles that they were given together."""
    person, edition = circles[0].host, space.edition
    assert person is not None
    assert edition is not None
    people.member_of(person, space.course_id, now=now)
    with translation.override(person.language):
        course = edition.course.title(person.language)
        subject = ngettext(
            "You host a circle of “{course}”", "You host {number} circles of “{course}”", len(circles)
        ).format(course=course, number=len(circles))
        what = _(
            "A circle is about thirty people who take the course, of many countries and trades. You were there before"
            " them: greet each newcomer within a day, ask what brings them, and answer what you can."
        )
        where = [
            f"{meeting.name(row.number, person.language)}: "
            f"{settings.SITE_URL}/e/{edition.slug}/discussion/room/{row.room.key}/"
            for row in circles
        ]
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"host:{circles[0].pk}",
            language=person.language,
            zone=person.zone,
            subject=subject,
            text="\n\n".join([what, "\n".join(where)]) + "\n",
            now=now,
            kind="host",
        )


def wanted(at: Here) -> Edition | None:
    """The running edition of the course, else the next, where somebody of the commons who took part earlier can offer
    their help; None once they did."""
    offered = Volunteer.objects.filter(edition=OuterRef("pk"), person=at.person)
    before = Enrolment.objects.filter(
        person=at.person, edition__course=OuterRef("course"), edition__number__lt=OuterRef("number")
    )
    rows = Edition.objects.filter(~Exists(offered), Exists(before), course=at.course, closes_at__gt=at.now)
    rows = rows.filter(published_at__lte=at.now, visibility=Edition.Visibility.PUBLIC)
    return rows.order_by("opens_at").first()
