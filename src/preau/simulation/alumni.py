"""People of an edition once it is over: some help the next one, some come back to it."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from preau.accounts.models import Person
from preau.content.outline import Outline
from preau.courses.models import Edition, Enrolment
from preau.grades import carrying, queries
from preau.grades.models import Result, TrackStanding
from preau.simulation import returning, rules
from preau.simulation.returning import Former, Paths
from preau.simulation.rules import Calendar, Learner

PASSED = Q(standings__passed=True, standings__track=F("track"))  # the track that they follow


def first(edition: Edition, before: datetime, but: Collection[UUID] = ()) -> Person | None:
    """Somebody of an earlier edition of the course who will help this one: the first who passed, else who was there;
    none of those who come back to learn."""
    rows = Enrolment.objects.filter(
        edition__course=edition.course,
        edition__number__lt=edition.number,
        enrolled_at__lt=before,
        left_at=None,
        person__email__endswith=f".{rules.DOMAIN}",
    ).exclude(person__in=but)
    rows = rows.select_related("person").order_by("person__email")
    found = rows.filter(PASSED).first() or rows.first()
    return found.person if found else None


def passed(edition: Edition, most: int = 9) -> list[Person]:
    """The first of those who passed an edition."""
    enrolled = edition.enrolments.filter(PASSED, left_at=None, person__email__endswith=rules.DOMAIN)
    ids = set(enrolled.values_list("person_id", flat=True))
    return list(Person.objects.filter(pk__in=ids).order_by("email")[:most])


def paths(edition: Edition) -> Paths:
    """The tracks of an edition that one chooses among."""
    tracks = list(edition.tracks.order_by("position"))
    own = [track.key for track in tracks if not track.added and not track.returning]
    again = [track.key for track in tracks if track.returning]
    return Paths(own[0], own[-1], again[0] if again else None)


def coming_back(edition: Edition, outline: Outline, calendar: Calendar, after: int, seed: int) -> Iterator[Learner]:
    """Those of earlier editions who come back to this one, numbered from the one after `after`: of editions that were
    over when this one opened, and that were played to their end."""
    earlier = Edition.objects.filter(course=edition.course, number__lt=edition.number)
    where = paths(edition)
    for former in earlier.filter(closes_at__lte=edition.opens_at).order_by("-number"):
        for person, purpose in returning.chosen(_formers(former, edition), where):
            at = returning.enrols_at(person, former.closes_at, calendar, seed)
            if at is None:
                continue
            after += 1
            kept = {key: one.percent for key, one in carrying.kept(person.person, outline, now=at).items()}
            yield returning.learner(after, person, purpose, where, at, kept, seed)


def _formers(former: Edition, edition: Edition) -> list[Former]:
    """Who did something in an edition as a newcomer to the course."""
    done = Result.objects.filter(queries.DONE, enrolment__edition=former).values("enrolment")
    rows = Enrolment.objects.filter(pk__in=done, left_at=None, person__email__endswith=f"@{former.slug}.{rules.DOMAIN}")
    standings = TrackStanding.objects.filter(enrolment__in=rows, passed=True).values_list("enrolment", "track__key")
    won: dict[UUID, set[str]] = {}
    for pk, track in standings:
        won.setdefault(pk, set()).add(track)
    return [
        Former(
            person=row.person_id,
            email=row.person.email,
            name=row.person.name,
            country=row.person.country,
            language=row.person.language,
            edition=former.slug,
            gap=edition.number - former.number,
            track=row.track.key,
            passed=frozenset(won.get(row.pk, ())),
        )
        for row in rows.select_related("person", "track").order_by("person__email")
    ]
