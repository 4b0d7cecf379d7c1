"""What the certificates of an edition must say, and whether the course says it: the eleven mandatory elements of a
European micro-credential (Council Recommendation 2022/C 243/02, annex I), by track and by module that attests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts import countries
from preau.certificates import profiles
from preau.certificates import queries as certificates
from preau.certificates.credential import Profile
from preau.content.outline import Outline
from preau.courses.models import Edition, Enrolment


@dataclass(frozen=True)
class Element:
    """One of the eleven: `name` and `where` are English msgids; `key` is the profile's, or empty where each award says
    it; `module`: where a module says it, if not at the same place."""

    name: str
    key: str
    value: Callable[[Profile], str]
    where: str
    module: str = ""


@dataclass(frozen=True)
class Shown:
    """An element as a page shows it; `key` is empty where each award says it; `empty`: nothing is issued until it is
    said."""

    key: str
    name: str
    value: str
    where: str
    empty: bool


@dataclass(frozen=True)
class Sheet:
    """The eleven of a track, or of a module that attests."""

    title: str
    of_track: bool
    elements: Sequence[Shown]

    @property
    def missing(self) -> int:
        """How many are empty."""
        return sum(one.empty for one in self.elements)


def _named(code: str) -> str:
    return dict(countries.choices()).get(code, code)


def _hours(profile: Profile) -> str:
    hours = float(profile.workload_hours)
    return _("{hours} h").format(hours=number_format(hours, decimal_pos=0 if hours.is_integer() else 1))


def _level(profile: Profile) -> str:
    return _("none applies") if profile.level is None else f"EQF {profile.level}"


IN_EACH = gettext_noop("nowhere: each award says it")
ELEMENTS: tuple[Element, ...] = (
    Element(gettext_noop("Who holds it"), "", lambda _of: _("the name of the account; its address, hidden"), IN_EACH),
    Element(gettext_noop("Title"), "title", lambda of: of.title, "title", "modules: title"),
    Element(gettext_noop("Country of award"), "country", lambda of: _named(of.country), "certificate: country"),
    Element(gettext_noop("Awarding body"), "awarding_body", lambda of: of.awarding_body, "certificate: awarding_body"),
    Element(gettext_noop("Date of award"), "", lambda _of: _("the day of the decision"), IN_EACH),
    Element(
        gettext_noop("What the holder can do"),
        "learning_outcomes",
        lambda of: " · ".join(of.learning_outcomes),
        "outcomes",
        "modules: description",
    ),
    Element(gettext_noop("Hours of work"), "workload_hours", _hours, "certificate: workload_hours", "modules: minutes"),
    Element(gettext_noop("Level (EQF), if one applies"), "level", _level, "certificate: level"),
    Element(
        gettext_noop("How it is assessed"), "assessment_type", lambda of: of.assessment_type, "certificate: assessment"
    ),
    Element(
        gettext_noop("Form of participation"),
        "participation",
        lambda of: of.participation,
        "certificate: participation",
    ),
    Element(
        gettext_noop("Quality assurance"),
        "quality_assurance",
        lambda of: of.quality_assurance,
        "certificate: quality_assurance",
    ),
)


def sheets(edition: Edition, outline: Outline | None, language: str) -> list[Sheet]:
    """The eleven of each track and of each module that attests: a constant number of queries."""
    found = [
        Sheet(track.title(language), True, _shown(profiles.profile(edition, track, language), of_track=True))
        for track in edition.tracks.order_by("position")
    ]
    attesting = certificates.attesting(outline) if outline else []
    of_modules = profiles.of_modules(edition, [one.key for one in attesting], language) if attesting else {}
    for module in attesting:
        if module.key in of_modules:
            found.append(Sheet(module.title, False, _shown(of_modules[module.key], of_track=False)))
    return found


def _shown(profile: Profile, *, of_track: bool) -> list[Shown]:
    missing = profile.missing()
    return [
        Shown(
            one.key,
            _(one.name),
            "" if one.key in missing else one.value(profile),
            _(one.where) if one.where == IN_EACH else (one.where if of_track else one.module or one.where),
            one.key in missing,
        )
        for one in ELEMENTS
    ]


def nameless(edition: Edition) -> int:
    """How many learners have no name: their certificate would not say in clear who holds it."""
    return Enrolment.objects.filter(edition=edition, left_at=None, person__name="").count()
