"""What a page says of a certificate."""

from dataclasses import dataclass
from datetime import date, datetime

from django import template
from django.utils import formats
from django.utils.translation import get_language

from preau.accounts import countries
from preau.certificates import claiming, correcting, words
from preau.certificates.models import Award, Credential, NameCorrection

register = template.Library()


@register.filter
def credits_said(award: Award) -> str:
    """Its credits in words, and which of them another certificate brought."""
    return words.credits(award)


@dataclass(frozen=True)
class Credits:
    """Where the claim of an award's credits is: `state` of CreditClaim, or empty; `worth` in words; `bar`, why they
    cannot be claimed now."""

    worth: str
    bar: str
    state: str = ""
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def link(self) -> bool:
        """Is there anything to see or do on the page of the claim?"""
        return bool(self.state) or (bool(self.worth) and not self.bar)


@register.simple_tag
def credits_of(award: Award) -> Credits:
    """The same of one award; no query where its `claims` were read with it."""
    worth, claim = words.counted(award.brings), claiming.latest(award)
    if claim is None:
        return Credits(worth, claiming.bar(award))
    return Credits(worth, claiming.bar(award), claim.state, claim.asked_at, claim.decided_at, claim.reason)


@register.filter
def date_only(day: date | None) -> str:
    """A day that belongs to no zone, such as a date of birth; a dash for none."""
    return "–" if day is None else formats.date_format(day, "j F Y")


@register.filter
def country_named(code: str) -> str:
    """What a country is called in the language of the page."""
    return dict(countries.named(get_language() or "fr")).get(code, code)


@register.filter
def credential_of(award: Award) -> Credential | None:
    """Its signed document, read with it; None while it waits to be signed."""
    return getattr(award, "credential", None)


@register.filter
def name_on(award: Award) -> str:
    """The name that it bears."""
    return correcting.name_on(award)


@register.filter
def last_asked(award: Award) -> NameCorrection | None:
    """The last demand for another name on it, of those read with it (`access.own`)."""
    return next(iter(getattr(award, "asked_names", ())), None)
