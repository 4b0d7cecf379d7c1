"""Somebody who took part before, under another address, says so. It tells them nothing: staff decide, and write."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Course
from preau.mail import actions as mail
from preau.mail import kinds
from preau.past.models import Doubt

MAIL = "former"
AT_ONCE = 5  # of one person that wait


def register() -> None:
    """Called once: the kind of message, which nobody can turn off."""
    kinds.register(MAIL, gettext_noop("Your results of former editions"), transactional=True)


def claim(
    *,
    act: acts.Act,
    by: Person,
    course: Course,
    name: str,
    email: str,
    number: str,
    edition: int,
    now: datetime,
) -> acts.Outcome:
    """Say that one took part. Refuses without an address or a number, and a sixth that waits."""

    def work() -> acts.Outcome:
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        if not email and not number:
            raise Refused(_("Give the address or the student number that you had then."))
        mine = Doubt.objects.filter(person=by, kind=Doubt.Kind.CLAIM, decision="")
        if mine.filter(course=course, email=email, number=number).exists():
            raise Refused(_("You said this already: the team looks at it."))
        if mine.count() >= AT_ONCE:
            raise Refused(_("Several of these wait already: the team looks at them first."))
        row = Doubt.objects.create(
            course=course,
            kind=Doubt.Kind.CLAIM,
            person=by,
            email=email,
            number=number,
            names=[name] if name else [],
            edition_number=edition,
            asked_at=now,
        )
        journal.log("former.claimed", by=by.pk, about="doubt", about_id=row.pk, at=now)
        return {"doubt": str(row.pk)}

    return acts.once(act, by.pk, work)


def tell(row: Doubt, *, key: str, now: datetime) -> None:
    """Write to the person what became of what they said."""
    person = row.person
    assert person is not None
    said = {
        Doubt.Decision.ATTACHED: gettext_noop(
            "The team found you among the people of edition {edition}: what is kept of you there is in your "
            "account now."
        ),
        Doubt.Decision.DROPPED: gettext_noop(
            "The team did not find you among the people of edition {edition} by what you gave. If you know another "
            "address or your student number of that time, tell us again."
        ),
        Doubt.Decision.OPEN: gettext_noop(
            "The team looks again at what you said of edition {edition}. Until it is decided, nothing of it is in your "
            "account."
        ),
    }[Doubt.Decision(row.decision)]
    with translation.override(person.language):
        title = row.course.title(person.language)
        text = f"{_(said).format(edition=row.edition_number)}\n\n{settings.SITE_URL}/me/former/\n"
        subject = _("{title}: your former editions").format(title=title)
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=f"former:{row.pk}:{key}",
        language=person.language,
        subject=subject,
        text=text,
        now=now,
        kind=MAIL,
        zone=person.zone,
    )
