"""People who introduce themselves, and those who host them, through the real actions."""

from datetime import datetime, timedelta

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment, Volunteer
from preau.courses.volunteering import CHARTER
from preau.discussion import meeting
from preau.discussion.actions import Said
from preau.discussion.models import CircleMember
from preau.discussion.profiles import Profile
from tests import cast
from tests.discussion import talking

LATER = cast.monday(cast.MONDAY + timedelta(weeks=30))


def learner(name: str, edition: Edition, country: str = "") -> Person:
    """Somebody who has taken part since the opening."""
    person = cast.person(name.replace(" ", "-"), country=country)
    person.name = name
    person.save(update_fields=["name"])
    track = edition.tracks.get(key="classic")
    Enrolment.objects.create(person=person, edition=edition, track=track, enrolled_at=edition.opens_at)
    return person


def introduce(
    who: Person, edition: Edition, now: datetime, profile: Profile | None = None, language: str = "fr"
) -> CircleMember:
    """Introduce oneself in an edition."""
    at = talking.here(who, {"edition": edition.slug}, now)
    said = Said(f"Bonjour, je suis {who.name}.", agrees=True)
    act = cast.an_act("discussion.introduce", {"name": who.name}, now)
    meeting.introduce(act=act, at=at, shown=profile or Profile(), said=said, language=language)
    return CircleMember.objects.select_related("circle__room", "introduced__thread").get(person=who)


def two_editions() -> tuple[Edition, Edition]:
    """One that is over when the second begins."""
    first = cast.edition()
    return first, cast.edition(slug="thin-2", opens=LATER, of=first.course.versions.get())


def volunteer(who: Person, edition: Edition, at: datetime, **fields: object) -> Volunteer:
    """Offered, approved, and the charter signed."""
    values = {"languages": ["fr"], "state": Volunteer.State.APPROVED, "charter": CHARTER, "signed_at": at, **fields}
    return Volunteer.objects.create(edition=edition, person=who, applied_at=at, **values)
