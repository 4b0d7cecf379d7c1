"""What follows a jury in a sample world: some holders claim their credits, a name is to be corrected; and for the
edition that runs, its exam can be sat online or on a campus."""

from datetime import date, datetime, timedelta

from preau.accounts.models import Person
from preau.audit import acts
from preau.certificates import claiming, correcting
from preau.certificates.models import Award, CreditClaim
from preau.common.ids import new_id
from preau.content import outline as outlines
from preau.courses.models import Edition
from preau.exams import actions as exams
from preau.exams import arranging
from preau.exams.models import Sitting
from preau.simulation import figures

CLAIMS, SEATS, PLACES = 9, 4, 12
BORN, CITY = date(1994, 3, 2), "Dakar"


def claim(edition: Edition, *, by: Person, now: datetime) -> None:
    """Some holders claim their credits, the first third are accepted; one asks for another name on the certificate."""
    rows = Award.objects.filter(enrolment__edition=edition, track__isnull=False, revoked_at=None, credits__gt=0)
    theirs = rows.filter(enrolment__person__in=figures.simulated(edition)).select_related("enrolment__person")
    awards = list(theirs.order_by("enrolment__person__email")[:CLAIMS])
    for award in awards:
        person = award.enrolment.person
        first, _space, last = person.name.partition(" ")
        civil = claiming.Civil(last or first, first, BORN, CITY, "SN")
        claiming.ask(act=_act(now), award=award, by=person, civil=civil, now=now)
    waiting = CreditClaim.objects.filter(award__in=awards[: CLAIMS // 3]).values_list("pk", flat=True)
    if waiting:
        claiming.accept(act=_act(now), claims=list(waiting), edition=edition, by=by, now=now)
    for award in awards[-1:]:
        person = award.enrolment.person
        why = "Mon nom complet figure sur mes autres diplômes."
        correcting.ask(act=_act(now), award=award, by=person, name=f"{person.name}-Exemple", why=why, now=now)


def seat(edition: Edition, *, by: Person, now: datetime) -> None:
    """Two sittings of each exam that is still to come: online for everybody, and on a campus, where some have booked a
    place."""
    outline = outlines.of_edition(edition, edition.course.languages[0])
    for unit in outline.units():
        if unit.kind != "exam" or unit.due is None or unit.opens <= now + timedelta(days=2):
            continue
        begins = unit.opens + timedelta(days=2)
        room = arranging.Plan(
            True,
            begins,
            begins + timedelta(hours=3),
            places=PLACES,
            asks_identity=True,
            place="Campus d’exemple",
            address="12, avenue du Préau, Dakar",
            room="Salle Baobab",
            directions="Par la cour, deuxième porte à gauche.",
            bring="Une pièce d’identité, de quoi écrire.",
        )
        for plan in (arranging.Plan(False, unit.opens, unit.due), room):
            arranging.make(act=_act(now), edition=edition, unit=unit, plan=plan, by=by, now=now)
        sitting = Sitting.objects.get(edition=edition, unit=unit.id, on_site=True)
        people = edition.enrolments.filter(left_at=None, person__in=figures.simulated(edition))
        for row in people.select_related("person", "edition").order_by("person__email")[:SEATS]:
            exams.book(act=_act(now), by=row.person, enrolment=row, sitting=sitting, now=now)


def _act(now: datetime) -> acts.Act:
    return acts.Act(new_id(), "simulated", {}, received_at=now)
