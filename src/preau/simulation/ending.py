"""What follows the last act of an edition: awards, credentials, somebody to sign in as."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Count, Q

from preau.accounts.models import Person
from preau.certificates import actions as certificates
from preau.certificates import issuing
from preau.certificates.models import Award, Credential
from preau.certificates.queries import attesting
from preau.content import outline as outlines
from preau.courses import actions as courses
from preau.courses.models import Edition, Role
from preau.discussion.models import Circle
from preau.grades import queries as grades
from preau.simulation import alumni, deliberating, figures, rules

AWARDED_AFTER = timedelta(days=3, hours=6)  # the jury meets in the week after the end
WORDS = ("acacia", "baobab", "cahier", "craie", "encre", "figuier", "kiosque", "lagune", "marelle", "platane", "ruelle")


def finish(edition: Edition, *, by: Person, now: datetime, tell: Callable[[str], None]) -> int:
    """Give and sign the certificates of an edition that is over, and the attestations of its modules; returns how many
    certificates were given. Nothing before its end.

    Refuses (`Refused`) where the course does not say what its certificate must hold.
    """
    if now < edition.closes_at:
        return 0
    tell("giving and signing the certificates")
    decided_at = min(now, edition.closes_at + AWARDED_AFTER)
    if (edition.course.about.get("certificate") or {}).get("jury"):
        row = deliberating.judge(edition, by=by, now=decided_at)
        given = Award.objects.filter(decision__candidate__deliberation=row).count()
    else:
        given = sum(
            certificates.award_passed(edition=edition, track=track, by=by, now=decided_at)
            for track in edition.tracks.order_by("position")
        )
    for module in attesting(outlines.of_edition(edition, edition.course.languages[0])):
        certificates.award_module(edition=edition, module=module.key, by=by, now=decided_at)
    issuing.issue_waiting(now=now)
    return given


def publish(edition: Edition, folder: Path) -> Path | None:
    """One credential of the edition's first track as a file, with what a verifier needs beside it; None without any."""
    first = edition.tracks.order_by("position").first()
    people = figures.simulated(edition)
    rows = Credential.objects.filter(award__track=first, award__enrolment__person__in=people, award__revoked_at=None)
    found = rows.select_related("award").order_by("award__enrolment__person__email").first()
    return issuing.publish_files(found, folder).resolve() if found else None


def teacher(edition: Edition) -> Person:
    """Who grades: somebody who teaches the edition, else a simulated teacher made for it."""
    rows = Role.objects.filter(kind=Role.Kind.TEACHER, edition=edition) | Role.objects.filter(
        kind=Role.Kind.TEACHER, course=edition.course
    )
    if role := rows.select_related("person").order_by("given_at", "pk").first():
        return role.person
    email = f"teacher@{edition.slug}.teachers.{rules.DOMAIN}"
    person = Person.objects.filter(email=email).first()
    person = person or Person.objects.create_user(email, None, name="Amina Exemple", country="FR")
    courses.give_role(person=person, kind=Role.Kind.TEACHER, by=None, now=edition.enrols_at, edition=edition)
    return person


def logins(edition: Edition, but: Collection[str] = ()) -> list[dict[str, str]]:
    """A fresh password for one active simulated learner of each track, those who passed or did most first; for none of
    `but`, addresses of those who were given one already."""
    found = []
    people = figures.newcomers(edition).exclude(email__in=but)
    for track in edition.tracks.order_by("position"):
        enrolled = edition.enrolments.filter(track=track, person__in=people, left_at=None)
        active = [row for row in enrolled.select_related("person").order_by("person__email") if grades.active([row.pk])]
        if active:
            best = max(
                active, key=lambda row: (row.standings.filter(track=track, passed=True).exists(), row.results.count())
            )
            found.append(login(best.person, f"learner {track.key}, edition {edition.number}"))
    return found


def returning(edition: Edition) -> Person | None:
    """Somebody who came back and keeps results: best of all with a certificate of an earlier edition, on the highest
    track, keeping most."""
    earlier = Edition.objects.filter(course=edition.course, number__lt=edition.number)
    former = Award.objects.filter(enrolment__edition__in=earlier, track__isnull=False, revoked_at=None)
    rows = edition.enrolments.filter(left_at=None, person__in=figures.simulated(edition))
    kept = rows.annotate(kept=Count("results", filter=Q(results__carried__isnull=False))).filter(kept__gt=0)
    certified = set(former.values_list("enrolment__person", flat=True))
    highest = alumni.paths(edition).highest
    found = sorted(
        kept.select_related("person", "track"),
        key=lambda row: (row.person_id not in certified, row.track.key != highest, -row.kept, row.person.email),
    )
    return found[0].person if found else None


def helper(edition: Edition) -> Person | None:
    """The first volunteer of an edition whose role has begun."""
    roles = Role.objects.filter(kind=Role.Kind.MODERATOR, edition=edition).select_related("person")
    role = roles.filter(person__email__endswith=f".volunteers.{rules.DOMAIN}").order_by("given_at", "pk").first()
    return role.person if role else None


def host(edition: Edition) -> Person | None:
    """Who took part before, and hosts circles of an edition."""
    row = Circle.objects.filter(room__space__edition=edition, host__isnull=False).select_related("host").first()
    return row.host if row else None


def login(person: Person, role: str) -> dict[str, str]:
    """Give somebody a password made for the occasion; the only place that ever knows it is what is returned."""
    password = f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(9000) + 1000}"
    person.set_password(password)
    person.save(update_fields=["password"])
    return {"role": role, "email": person.email, "password": password}
