"""The accounts of a cohort: made at their first need for newcomers, those of then for who comes back."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.simulation import rules
from preau.simulation.rules import Learner


class OtherCohort(Exception):
    """The edition was played with another seed or number of learners: one cohort at a time."""


@transaction.atomic
def newcomers(edition: Edition, learners: Sequence[Learner], seed: int) -> dict[int, Person]:
    """The rows of new people by number; they cannot sign in until they are given a password. Raises `OtherCohort`."""
    locked = make_password(None)
    suffix = f"@{edition.slug}.{rules.DOMAIN}"
    known = {person.email: person for person in Person.objects.filter(email__endswith=suffix)}
    fresh = []
    for learner in learners:
        wanted = rules.id_for(learner.enrolled_at, seed, "person", edition.slug, len(learners), learner.number)
        email = learner.email(edition.slug)
        if email in known:
            if known[email].pk != wanted:
                raise OtherCohort(edition.slug)
            continue
        known[email] = Person(
            id=wanted,
            email=email,
            password=locked,
            name=learner.name,
            country=learner.origin.country,
            zone=learner.origin.zone,
            language=learner.language,
        )
        fresh.append(known[email])
    if len(known) > len(learners):
        raise OtherCohort(edition.slug)
    Person.objects.bulk_create(fresh, batch_size=500)
    people = {learner.number: known[learner.email(edition.slug)] for learner in learners}
    for learner in learners:
        people[learner.number].joined_at = learner.enrolled_at - timedelta(minutes=3)
    Person.objects.bulk_update(fresh, ["joined_at"], batch_size=500)
    return people


def those_of_then(learners: Sequence[Learner]) -> dict[int, Person]:
    """The rows of those who come back, by number."""
    rows = Person.objects.in_bulk([learner.back.person for learner in learners if learner.back])
    return {learner.number: rows[learner.back.person] for learner in learners if learner.back}
