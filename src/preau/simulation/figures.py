"""What a played edition amounts to: counted from its rows, beside what was published of the real course."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import acts
from preau.certificates.models import Award
from preau.courses.models import Edition, Enrolment, Shift
from preau.grades import queries as grades
from preau.grades.models import TrackStanding
from preau.simulation import community, crossing, rules
from preau.support.models import Entry

DESK = {
    "requests": "requests to the team",
    "requests_to_do": "  of which still to do",
    "decisions": "decisions: more time, excuses, corrections",
    "announcements_sent": "announcements sent",
    "announcements_to_come": "announcements to come",
    "messages": "people served by announcements",
    "volunteers": "volunteers who help",
    "offers": "offers to help that wait",
    "hours_of_rota": "hours of the rota held",
    "alerts_handled": "dangers told and handled",
    "incidents_over": "incidents told and over",
}


@dataclass(frozen=True)
class TrackFigures:
    """Of the learners on one track."""

    enrolled: int
    active: int
    passed: int


@dataclass(frozen=True)
class Figures:
    """Of the simulated learners of one edition. `active` did a graded act; `started` opened a unit at least."""

    learners: int
    started: int
    active: int
    acts_by_kind: Mapping[str, int]
    tracks: Mapping[str, TrackFigures]
    certificates: Mapping[str, int]
    team: Mapping[str, int]  # what the desk did, under the names of `DESK`
    talk: Mapping[str, community.Number]  # what was said, under the names of `community.TOLD`
    moves: Mapping[str, int]  # who came back, changed, kept what, under the names of `crossing.TOLD`

    @property
    def acts(self) -> int:
        return sum(self.acts_by_kind.values())

    @property
    def passed(self) -> int:
        """Who passed the track that they follow."""
        return sum(track.passed for track in self.tracks.values())

    def shares(self) -> dict[str, float | None]:
        """In percent, under the names of `rules.PUBLISHED`; None where nobody is there to count."""
        tracks = {key: percent(track.passed, track.active) for key, track in self.tracks.items()}
        return {
            "started": percent(self.started, self.learners),
            "active": percent(self.active, self.learners),
            "certified": percent(sum(self.certificates.values()), self.learners),
            **tracks,
        }


def percent(part: int, whole: int) -> float | None:
    """A share in percent, to one decimal."""
    return round(100 * part / whole, 1) if whole else None


def simulated(edition: Edition) -> QuerySet[Person]:
    """The simulated people of an edition, those who came back included."""
    ours = Person.objects.filter(email__startswith="learner-", email__endswith=f".{rules.DOMAIN}")
    return ours.filter(pk__in=edition.enrolments.values("person"))


def newcomers(edition: Edition) -> QuerySet[Person]:
    """Those who came to the course with this edition."""
    return simulated(edition).filter(email__endswith=f"@{edition.slug}.{rules.DOMAIN}")


def of(edition: Edition) -> Figures:
    """Count: a handful of queries, whatever the size."""
    people = simulated(edition)
    enrolled = Enrolment.objects.filter(edition=edition, person__in=people, left_at=None)
    ids = enrolled.values("pk")
    begun = enrolled.filter(
        Q(pk__in=enrolled.filter(completions__isnull=False).values("pk"))
        | Q(pk__in=enrolled.filter(attempts__isnull=False).values("pk"))
    )
    awards = Award.objects.filter(enrolment__in=ids, track__isnull=False, revoked_at=None)
    given = dict(awards.values("track__key").order_by("track__key").values_list("track__key", Count("pk")))
    tracks = {track.key: _track(enrolled.filter(track=track)) for track in edition.tracks.order_by("position")}
    return Figures(
        learners=enrolled.count(),
        started=begun.count(),
        active=grades.active(enrolled.values_list("pk", flat=True)),
        acts_by_kind=_acts(edition),
        tracks=tracks,
        certificates={key: given.get(key, 0) for key in tracks},
        team=desk(edition),
        talk=community.figures(edition, timezone.now()),
        moves=crossing.figures(edition),
    )


def _acts(edition: Edition) -> dict[str, int]:
    """By kind, what its people did in the edition: of those who came back, since the edition before was over."""
    new = newcomers(edition).values_list("pk", flat=True)
    found = Counter(acts.counts(new, until=edition.closes_at))
    earlier = Edition.objects.filter(course=edition.course_id, number__lt=edition.number)
    over = earlier.filter(closes_at__lte=edition.opens_at).aggregate(latest=Max("closes_at"))["latest"]
    if over is not None:
        back = simulated(edition).exclude(pk__in=new).values_list("pk", flat=True)
        found += Counter(acts.counts(back, since=over, until=edition.closes_at))
    return dict(sorted(found.items()))


def desk(edition: Edition) -> dict[str, int]:
    """What the team of an edition was asked, told and helped with, under the names of `DESK`."""
    states = Counter(edition.requests.filter(merged_into=None).values_list("state", flat=True))
    made = Entry.objects.filter(request__edition=edition).exclude(decision={}).values_list("decision", flat=True)
    told = Counter(edition.announcements.values_list("state", flat=True))
    helping = Counter(edition.volunteers.values_list("state", flat=True))
    return {
        "requests": states.total(),
        "requests_to_do": states["open"] + states["claimed"],
        "decisions": sum(1 for _ in made),
        "announcements_sent": told["sent"],
        "announcements_to_come": told["scheduled"],
        "messages": sum(edition.announcements.filter(by_mail=True).values_list("served", flat=True)),
        "volunteers": helping["approved"],
        "offers": helping["applied"],
        "hours_of_rota": Shift.objects.filter(volunteer__edition=edition).count(),
        "alerts_handled": edition.alerts.exclude(handled_at=None).count(),
        "incidents_over": edition.incidents.exclude(ended_at=None).count(),
    }


def _track(rows: QuerySet[Enrolment]) -> TrackFigures:
    passed = TrackStanding.objects.filter(enrolment__in=rows, track=F("enrolment__track"), passed=True)
    return TrackFigures(rows.count(), grades.active(rows.values_list("pk", flat=True)), passed.count())


def table(figures: Figures) -> str:
    """Simulated and published shares side by side; a track that nothing was published of has no second figure."""
    names = {
        "started": "really started, of those enrolled",
        "active": "active: a graded act, of those enrolled",
        "certified": "certificates, of those enrolled",
    }
    lines = [f"{'':42}{'simulated':>10}   published for editions 6–7"]
    for key, share in figures.shares().items():
        if key in figures.tracks and not figures.tracks[key].enrolled and key not in rules.PUBLISHED:
            continue  # a track for those who come back, in the first edition
        name = names.get(key, f"{key} track: passed, of those active")
        shown = "–" if share is None else f"{share:.1f} %"
        published = rules.PUBLISHED.get(key)
        lines.append(f"{name:42}{shown:>10}   {published.told if published else '–'}")
    return "\n".join(lines)


def desk_table(columns: Mapping[str, Figures]) -> str:
    """What each team did, an edition (named by the keys) a column."""
    return crossing.table({name: of.team for name, of in columns.items()}, DESK)


def as_json(
    figures: Figures, *, edition: Edition, seconds: float, credential: str, logins: list[dict[str, str]], **more: Any
) -> dict[str, Any]:
    """The contract of `--json` (design.md, section 5); keys may be added, none renamed."""
    return {
        "learners": figures.learners,
        "active": figures.active,
        "acts": figures.acts,
        "acts_by_kind": dict(figures.acts_by_kind),
        "passed": figures.passed,
        "certificates": dict(figures.certificates),
        "seconds": round(seconds, 1),
        "credential": credential,
        "logins": logins,
        "url": f"{settings.SITE_URL}/e/{edition.slug}/",
        "edition": edition.slug,
        "started": figures.started,
        "shares": figures.shares(),
        "published": {key: {"low": p.low, "high": p.high, "told": p.told} for key, p in rules.PUBLISHED.items()},
        "tracks": {
            key: {"enrolled": t.enrolled, "active": t.active, "passed": t.passed} for key, t in figures.tracks.items()
        },
        "team": dict(figures.team),
        "discussion": dict(figures.talk),
        "moves": dict(figures.moves),
        **more,
    }
