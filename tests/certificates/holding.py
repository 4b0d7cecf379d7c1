"""A signed certificate of Ana's, and what people see of it."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from preau.accounts.models import Person
from preau.certificates import actions, issuing
from preau.certificates.models import Award
from preau.courses.models import Enrolment
from tests import cast
from tests.certificates.stage import scored

NOW = cast.MONDAY + timedelta(days=40)
LANGUAGES = ("fr", "en")


def certified(row: Enrolment, by: Person, *, signed: bool = True) -> Award:
    """The certificate of somebody's track, given by rule."""
    scored(row, 90, "quiz", "apres", "examen")
    actions.award_passed(edition=row.edition, track=row.track, by=by, now=NOW)
    if signed:
        issuing.issue_waiting(now=NOW)
    return Award.objects.select_related("credential").get(enrolment=row, revoked_at=None)


def page(path: str, who: Person | None = None, language: str = "en") -> str:
    """A page as somebody who reads a language sees it."""
    client = cast.browser(who)
    client.get(f"/language/{language}/")
    return client.get(path).content.decode()


def public(award: Award, who: Person | None = None, language: str = "en", token: str = "") -> str:
    """The public page of a certificate."""
    return page(f"/verify/{award.code}/" + (f"?share={token}" if token else ""), who, language)


def address(award: Award) -> str:
    """Its address, as it is printed."""
    return f"{settings.SITE_URL}/verify/{award.code}"


def later(days: float) -> str:
    """A day to come, as a form sends it."""
    return (timezone.now() + timedelta(days=days)).date().isoformat()
