"""How a public page is found and shared: its address in each language, what a search engine or a message shows of it,
and the structured data of schema.org that say the same to machines as the page does to people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from preau.courses import queries as courses
from preau.courses.models import Course, Track
from preau.courses.queries import Offer
from preau.courses.rules import EnrolmentState
from preau.news import addresses

CONTEXT = "https://schema.org"
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}  # inside a script element nothing may end it
LONGEST = 200  # characters of a description


@dataclass(frozen=True)
class Found:
    """`rest` is what the address has in every language; `data` structured data, one object each."""

    rest: str
    language: str
    title: str
    description: str
    kind: str = "website"
    picture: str = ""
    languages: tuple[str, ...] = field(default_factory=lambda: tuple(addresses.languages()))
    data: Sequence[Mapping[str, Any]] = ()

    @property
    def address(self) -> str:
        return absolute(f"/{self.language}/{self.rest}")

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(language, address) of the page in every language, and where to go without one."""
        found = [(code, absolute(f"/{code}/{self.rest}")) for code in self.languages]
        first = self.languages[0] if self.languages else self.language
        return [*found, ("x-default", absolute(f"/{first}/{self.rest}"))]

    @property
    def said(self) -> str:
        """The description in a line of a length that is shown whole."""
        line = " ".join(self.description.split())
        return line if len(line) <= LONGEST else line[: LONGEST - 1].rsplit(" ", 1)[0] + "…"

    @property
    def image(self) -> str:
        """The picture beside a link that is shared."""
        return absolute(self.picture or static("common/share.png"))

    @property
    def script(self) -> SafeString:
        """The structured data as the content of a script element."""
        text = json.dumps({"@context": CONTEXT, "@graph": list(self.data)}, ensure_ascii=False)
        return mark_safe("".join(ESCAPED.get(letter, letter) for letter in text))


def absolute(path: str) -> str:
    """An address with the site's own."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"


def organisation() -> dict[str, Any]:
    """The site, as who publishes it."""
    return {"@type": "EducationalOrganization", "name": settings.SITE_NAME, "url": absolute("/")}


def website(language: str) -> dict[str, Any]:
    """The site, as a place to search."""
    return {
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": absolute(f"/{language}/"),
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute(f"/{language}/search/?q={{search_term_string}}"),
            "query-input": "required name=search_term_string",
        },
    }


def course(row: Course, offer: Offer | None, tracks: Sequence[Track], language: str) -> dict[str, Any]:
    """A course, with the edition that one hears about as its instance."""
    about = courses.presentation(row, language)
    provider = {"@type": "EducationalOrganization", "name": about.institution} if about.institution else organisation()
    said: dict[str, Any] = {
        "@type": "Course",
        "@id": absolute(f"/{language}/courses/{row.slug}/"),
        "url": absolute(f"/{language}/courses/{row.slug}/"),
        "name": row.title(language),
        "description": about.description,
        "provider": provider,
        "inLanguage": list(row.languages),
        "isAccessibleForFree": True,
        "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "EUR"},
        "teaches": list(about.outcomes),
    }
    if best := max((track.credits for track in tracks), default=0):
        said["numberOfCredits"] = {"@type": "StructuredValue", "value": float(best), "name": "ECTS"}
        said["educationalCredentialAwarded"] = "Certificate"
    if offer is not None and offer.state is not EnrolmentState.OVER:
        said["hasCourseInstance"] = [instance(offer)]
    return {name: value for name, value in said.items() if value not in ("", [])}


def instance(offer: Offer) -> dict[str, Any]:
    """An edition: when, where, how much of one's time."""
    edition = offer.edition
    zone = edition.zone_info
    days = (edition.closes_at - edition.opens_at) / timedelta(weeks=1)
    return {
        "@type": "CourseInstance",
        "courseMode": "Online",
        "startDate": f"{edition.opens_at.astimezone(zone):%Y-%m-%d}",
        "endDate": f"{edition.closes_at.astimezone(zone):%Y-%m-%d}",
        "courseSchedule": {"@type": "Schedule", "repeatFrequency": "Weekly", "repeatCount": max(1, round(days))},
        "location": {"@type": "VirtualLocation", "url": absolute(f"/{edition.course.languages[0]}/")},
        "inLanguage": list(edition.course.languages),
    }
