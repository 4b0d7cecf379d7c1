"""The desk of an edition, played: its team and volunteers, what they are asked, what they tell. All through actions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.courses import volunteering
from preau.courses.models import Edition, Role, Volunteer
from preau.simulation import alumni, names, rules, telling
from preau.simulation.planning import Activity
from preau.support import access, alerts, announcements, incidents, saving
from preau.support.models import Alert, Announcement, Incident, SavedReply

TOLD_AFTER = timedelta(minutes=20)  # a new module is in its place

type Work = Callable[[datetime], None]
type Happening = tuple[datetime, Work]


class Send(Protocol):
    """One POST at a moment, as `cohort` sends it: the same name gives the same act."""

    def __call__(
        self,
        kind: str,
        payload: dict[str, Any],
        at: datetime,
        name: tuple[object, ...],
        do: Callable[[Act], Outcome],
    ) -> Outcome: ...


@dataclass(frozen=True)
class Added:
    """A module that comes to the edition while it runs: `work` imports and prints it at the moment `at`."""

    module: str
    at: datetime
    work: Work


@dataclass
class Team:
    """Who plays: `lately` is the moment before which some requests stay open, None where nobody looks at the desk."""

    edition: Edition
    seed: int
    teacher: Person
    send: Send
    learners: Sequence[rules.Learner]
    people: Mapping[int, Person]
    activities: Sequence[Activity]
    calendar: rules.Calendar
    lately: datetime | None
    added: Added | None = None
    helpers: dict[int, tuple[Person, telling.Offer]] = field(default_factory=dict)

    def number_of(self, person: UUID) -> int:
        """Which learner of the cohort somebody is."""
        return next(number for number, one in self.people.items() if one.pk == person)

    def words[T](self, said: Mapping[str, T]) -> dict[str, T]:
        """Texts in the languages of the course; its first has one in any case."""
        languages = self.edition.course.languages
        found = {code: said[code] for code in languages if code in said}
        return {languages[0]: said["fr"], **found}

    def speaking(self, work: Work) -> Work:
        """The same, in the language of the course: a team's own."""

        def spoken(at: datetime) -> None:
            with translation.override(self.edition.course.languages[0]):
                work(at)

        return spoken

    def helper(self, language: str, number: int, at: datetime) -> Person:
        """Who answers in a language at a moment: the volunteers in turn, else who teaches."""
        able = [
            person
            for person, offer in self.helpers.values()
            if offer.taken and language in offer.languages and offer.signed_at < at
        ]
        return able[number % len(able)] if able else self.teacher


def events(team: Team) -> Iterator[Happening]:
    """What a team does of its own accord, in no order."""
    yield team.calendar.enrols, team.speaking(lambda at: _prepare(team, at))
    for offer in telling.offers(team.calendar, len(team.learners)):
        yield from _Offered(team, offer).events()
    for notice in telling.notices(team.calendar):
        yield from _Told(team, notice).events()
    if team.added:
        yield team.added.at + TOLD_AFTER, team.speaking(partial(_tell_new, team, team.added))
    yield from _danger(team)
    yield from _incident(team)


def _prepare(team: Team, at: datetime) -> None:
    """Saved replies, where the course has none of that title yet, and who is told of dangers."""
    desk = access.team(team.teacher, team.edition.slug, now=at)
    course = team.edition.course
    there = {one["title"] for row in SavedReply.objects.filter(course=course) for one in row.texts.values()}
    for key, (topic, said) in telling.SAVED.items():
        texts = {code: {"title": title, "text": text} for code, (title, text) in team.words(said).items()}
        if not there & {one["title"] for one in texts.values()}:
            _save(team, desk, key, saving.Reply(topic, texts, shown=True), at)
    team.send(
        "safety.name",
        {"edition": team.edition.slug, "person": str(team.teacher.pk)},
        at,
        ("safety",),
        lambda act: volunteering.name_contact(
            act=act, by=team.teacher, edition=team.edition, person=team.teacher, now=at
        ),
    )


def _save(team: Team, desk: access.Team, key: str, reply: saving.Reply, at: datetime) -> None:
    course = team.edition.course
    team.send(
        "reply.save",
        {"row": "", "course": course.slug, "title": key},
        at,
        ("reply", key),
        lambda act: saving.save(act=act, at=desk, course=course, reply=reply, row=None, now=at),
    )


class _Offered:
    """Somebody applies, is answered, signs and takes hours."""

    def __init__(self, team: Team, offer: telling.Offer) -> None:
        self.team, self.offer = team, offer

    def events(self) -> Iterator[Happening]:
        """The steps of this offer with their moments."""
        offer, speaking = self.offer, self.team.speaking
        yield offer.applied_at, speaking(self.apply)
        yield offer.decided_at, speaking(self.decide)
        if offer.taken:
            yield offer.signed_at, speaking(self.sign)

    def send(self, verb: str, at: datetime, do: Callable[[Act], Outcome], **payload: Any) -> None:
        """One act about this offer."""
        name = ("volunteer", self.offer.number, *payload.get("hour", ()))
        self.team.send(f"volunteer.{verb}", {"edition": self.team.edition.slug, **payload}, at, name, do)

    @property
    def person(self) -> Person:
        """Who offers."""
        return self.team.helpers[self.offer.number][0]

    def row(self) -> Volunteer:
        """As the database has it."""
        rows = Volunteer.objects.select_related("edition__course", "person")
        return rows.get(edition=self.team.edition, person=self.person)

    def apply(self, at: datetime) -> None:
        """Offer to help; the account is made at its first need."""
        team, offer = self.team, self.offer
        person = _volunteer(team, offer)
        team.helpers[offer.number] = person, offer
        said = volunteering.Application(offer.languages, offer.motivation)

        def apply(act: Act) -> Outcome:
            return volunteering.apply(act=act, by=person, edition=team.edition, said=said, now=at)

        self.send("apply", at, apply, languages=list(offer.languages))

    def decide(self, at: datetime) -> None:
        """Who teaches says yes, or no with the reason."""
        taken = self.offer.taken
        said = volunteering.Decision(taken, "" if taken else telling.DECLINED, Role.Kind.MODERATOR)

        def decide(act: Act) -> Outcome:
            return volunteering.decide(act=act, by=self.team.teacher, volunteer=self.row(), said=said, now=at)

        self.send("decide", at, decide, approve=taken)

    def sign(self, at: datetime) -> None:
        """The charter, then hours of the rota, in each language in turn."""
        version = volunteering.CHARTER

        def sign(act: Act) -> Outcome:
            return volunteering.sign(act=act, by=self.person, volunteer=self.row(), version=version, now=at)

        self.send("sign", at, sign, version=version)
        for number, hour in enumerate(self.offer.hours):
            self.take(hour, self.offer.languages[-1 - number % len(self.offer.languages)], at)

    def take(self, hour: tuple[int, int], language: str, at: datetime) -> None:
        """One hour of every week."""

        def take(act: Act) -> Outcome:
            row = self.row()
            return volunteering.take(act=act, by=self.person, volunteer=row, hour=hour, language=language, now=at)

        self.send("take", at, take, hour=list(hour), language=language)


def _volunteer(team: Team, offer: telling.Offer) -> Person:
    """The account of somebody who offers to help: made at their first need, without a password."""
    if person := _alumna(team, offer):
        return person
    email = f"volunteer-{offer.number}@{team.edition.slug}.volunteers.{rules.DOMAIN}"
    if person := Person.objects.filter(email=email).first():
        return person
    origin = names.ORIGINS[offer.number % 5]
    person = Person.objects.create_user(
        email,
        None,
        id=rules.id_for(offer.applied_at, team.seed, "volunteer", team.edition.slug, offer.number),
        name=names.name(origin, rules.stream(team.seed, "volunteer", offer.number)),
        country=origin.country,
        zone=origin.zone,
        language=offer.languages[-1],
    )
    Person.objects.filter(pk=person.pk).update(joined_at=offer.applied_at - timedelta(minutes=5))
    return person


def _alumna(team: Team, offer: telling.Offer) -> Person | None:
    """One of those who help took part in an earlier edition; whoever offered then is kept."""
    if offer.number != telling.ALUMNA:
        return None
    row = Volunteer.objects.select_related("person").filter(edition=team.edition, applied_at=offer.applied_at).first()
    return (
        row.person
        if row
        else alumni.first(team.edition, offer.applied_at, [person.pk for person in team.people.values()])
    )


class _Told:
    """An announcement: written, sent to oneself, confirmed, served at its hour."""

    def __init__(self, team: Team, notice: telling.Notice) -> None:
        self.team, self.notice = team, notice
        self.key: UUID | None = None

    def events(self) -> Iterator[Happening]:
        """The steps of this announcement with their moments."""
        yield self.notice.written_at, self.team.speaking(self.write)
        yield self.notice.confirmed_at, self.team.speaking(self.confirm)
        yield self.notice.send_at + timedelta(minutes=1), _serve

    def send(self, verb: str, at: datetime, do: Callable[[Act], Outcome]) -> Outcome:
        """One act about this announcement."""
        payload = {"edition": self.team.edition.slug, "notice": self.notice.name}
        return self.team.send(f"announcement.{verb}", payload, at, (self.notice.name,), do)

    def row(self) -> Announcement:
        """As the database has it."""
        assert self.key is not None
        return Announcement.objects.select_related("edition__course").get(pk=self.key)

    def write(self, at: datetime) -> None:
        """The draft, and a trial to oneself."""
        team, notice = self.team, self.notice
        texts = {code: {"subject": subject, "text": text} for code, (subject, text) in team.words(notice.said).items()}
        draft = announcements.Draft(texts, notice.segment, on_site=True, by_mail=True, shown_until=notice.shown_until)

        def write(act: Act) -> Outcome:
            return announcements.write(act=act, by=team.teacher, edition=team.edition, draft=draft, row=None, now=at)

        self.key = UUID(self.send("write", at, write)["announcement"])
        self.send("try", at, lambda act: announcements.send_to_me(act=act, by=team.teacher, row=self.row(), now=at))

    def confirm(self, at: datetime) -> None:
        """What was looked at goes at its hour."""
        seen, send_at = announcements.fingerprint(self.row()), max(at, self.notice.send_at)

        def confirm(act: Act) -> Outcome:
            by, row = self.team.teacher, self.row()
            return announcements.schedule(act=act, by=by, row=row, seen=seen, send_at=send_at, now=at)

        self.send("confirm", at, confirm)


def _tell_new(team: Team, added: Added, at: datetime) -> None:
    """The draft that came with the module is read, and sent."""
    row = team.edition.announcements.filter(written_at=added.at).order_by("pk").first()
    if row is None:
        return

    def confirm(act: Act) -> Outcome:
        seen = announcements.fingerprint(row)
        return announcements.schedule(act=act, by=team.teacher, row=row, seen=seen, send_at=None, now=at)

    payload = {"edition": team.edition.slug, "notice": added.module}
    team.send("announcement.confirm", payload, at, (added.module,), confirm)
    _serve(at)


def _serve(at: datetime) -> None:
    """As the worker does by itself."""
    announcements.serve_due(now=at)


def _danger(team: Team) -> Iterator[Happening]:
    """Somebody worries about somebody; the person named for it answers within the hour."""
    at = team.calendar.opens + timedelta(days=4, hours=2)
    there = [one for one in team.learners if one.enrolled_at < at and one.persona is not rules.Persona.ABSENT]
    if not there:
        return
    learner = there[team.seed % len(there)]
    person = team.people[learner.number]
    kept: dict[str, UUID] = {}
    slug = team.edition.slug

    def tell(at: datetime) -> None:
        text = telling.DANGER.get(learner.language, telling.DANGER["fr"])
        payload = {"edition": slug, "kind": Alert.Kind.DISTRESS, "text": text}
        done = team.send(
            "alert.raise",
            payload,
            at,
            ("danger",),
            lambda act: alerts.raise_alert(
                act=act, by=person, edition=team.edition, kind=Alert.Kind.DISTRESS, text=text, path="", now=at
            ),
        )
        kept["row"] = UUID(done["alert"])

    def handle(at: datetime) -> None:
        row = Alert.objects.get(pk=kept["row"])
        team.send(
            "alert.handle",
            {"alert": str(row.pk), "note": telling.HANDLED},
            at,
            ("danger",),
            lambda act: alerts.handle(act=act, by=team.teacher, alert=row, note=telling.HANDLED, now=at),
        )

    yield at, tell
    yield at + timedelta(minutes=35), team.speaking(handle)


def _incident(team: Team) -> Iterator[Happening]:
    """Something slow for an hour and a half, told on the status page, then over."""
    at = team.lately - timedelta(days=2) if team.lately else team.calendar.opens + timedelta(days=9, hours=3)
    kept: dict[str, UUID] = {}

    def tell(at: datetime) -> None:
        texts = team.words(telling.INCIDENT)
        done = team.send(
            "incident.tell",
            {"edition": team.edition.slug, "texts": texts},
            at,
            ("incident",),
            lambda act: incidents.tell(
                act=act, edition=team.edition, everywhere=False, texts=texts, by=team.teacher, now=at
            ),
        )
        kept["row"] = UUID(done["incident"])

    def end(at: datetime) -> None:
        row = Incident.objects.get(pk=kept["row"])
        team.send(
            "incident.end",
            {"incident": str(row.pk)},
            at,
            ("incident",),
            lambda act: incidents.end(act=act, incident=row, edition=team.edition, by=team.teacher, now=at),
        )

    yield at, team.speaking(tell)
    yield at + timedelta(minutes=90), team.speaking(end)
