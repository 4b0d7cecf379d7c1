"""What simulated people ask their team, when, and what the team makes of it. Pure: no Django, no clock."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from preau.simulation import names
from preau.simulation.planning import Activity
from preau.simulation.rules import Calendar, Learner, Persona, stream

A_HUNDRED = 5  # requests of a hundred people enrolled
LEAST = 8  # so that a small edition has one of each sort too
EARLY, BEFORE = 0.7, 0.2  # of all requests: until the end of the first third, and before the opening
SLOW = 3  # one request of so many waits for days: somebody has to look, or to ask
GRACE = timedelta(hours=25)  # after a quiz's deadline its result is told
LATELY = (3, 9, 20, 28, 44)  # hours before the moment that somebody looks: what waits in the queue then


@dataclass(frozen=True)
class Theme:
    """Something that people ask. `does` is a decision of the team, or "answer" with the saved reply `saved`; `said` is
    (subject, text) by language, `reason` that of the decision."""

    topic: str
    does: str
    said: Mapping[str, tuple[str, str]]
    saved: str = ""
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Asked:
    """One request. `unit` is a key, or ""; `claimed_at` None: nobody took it before it was answered; `noted`: with a
    word among the team; `thanked`: the learner wrote once more."""

    number: int
    learner: Learner
    theme: Theme
    at: datetime
    unit: str
    claimed_at: datetime | None
    answered_at: datetime
    noted: bool
    thanked: bool
    name: str = ""  # the right one, where a name is to be mended
    until: datetime | None = None


LATE = Theme(
    "late",
    "extension",
    {
        "fr": (
            "Retard pour le quiz de la semaine",
            (
                "Bonjour, le réseau est coupé dans mon quartier depuis deux jours et je ne pourrai pas finir le quiz "
                "à temps. Est-il possible d’avoir un peu plus de temps ? Merci d’avance."
            ),
        ),
        "en": (
            "Late for this week’s quiz",
            (
                "Hello, the network has been down in my area for two days and I cannot finish the quiz in time. "
                "Could I have a little more time? Thank you."
            ),
        ),
    },
    reason={
        "fr": "Coupure de réseau signalée avant la date limite.",
        "en": "Network outage, told before the deadline.",
    },
)
HOSPITAL = Theme(
    "late",
    "excuse",
    {
        "fr": (
            "Je suis à l’hôpital",
            (
                "Bonjour, je suis à l’hôpital jusqu’à la fin de la semaine prochaine, sans ordinateur. Je peux vous "
                "envoyer une attestation. Que dois-je faire pour le quiz ?"
            ),
        ),
        "en": (
            "I am in hospital",
            (
                "Hello, I am in hospital until the end of next week, without a computer. I can send a certificate. "
                "What should I do about the quiz?"
            ),
        ),
    },
    reason={"fr": "Absence justifiée : attestation vue.", "en": "Justified absence: certificate seen."},
)
NAME = Theme(
    "name",
    "name",
    {
        "fr": (
            "Mon nom est mal écrit",
            "Bonjour, il manque mon second nom de famille. Sur le certificat il faudrait : {name}. Merci.",
        ),
        "en": (
            "My name is wrong",
            "Hello, my second family name is missing. The certificate should say: {name}. Thank you.",
        ),
    },
    reason={"fr": "Pièce d’identité vue.", "en": "Identity document seen."},
)
RESULT = Theme(
    "result",
    "result",
    {
        "fr": (
            "Ma réponse au quiz était juste",
            "Bonjour, une question du quiz acceptait « quatorze » et j’ai écrit « 14 jours ». Pouvez-vous regarder ?",
        ),
        "en": (
            "My answer in the quiz was right",
            "Hello, a question of the quiz accepted “fourteen” and I wrote “14 days”. Could you have a look?",
        ),
    },
    reason={"fr": "Réponse équivalente à celle attendue.", "en": "The answer says the same as the one expected."},
)
QUESTION = Theme(
    "result",
    "answer",
    {
        "fr": (
            "Une question du quiz",
            (
                "Bonjour, je ne comprends pas pourquoi la marge libre n’est pas la marge totale dans ce quiz. Où la "
                "leçon l’explique-t-elle ?"
            ),
        ),
        "en": (
            "A question of the quiz",
            (
                "Hello, I do not see why the free float is not the total float in this quiz. Where does the lesson "
                "explain it?"
            ),
        ),
    },
    saved="question",
)
SITE = Theme(
    "site",
    "answer",
    {
        "fr": ("La vidéo ne se lit pas", "Bonjour, sur mon téléphone la vidéo s’arrête tout de suite. Que faire ?"),
        "en": ("The video does not play", "Hello, on my phone the video stops at once. What can I do?"),
    },
    saved="video",
)
TRACK = Theme(
    "other",
    "answer",
    {
        "fr": (
            "Changer de parcours",
            "Bonjour, puis-je encore passer au parcours avancé, et que deviennent mes résultats ?",
        ),
        "en": ("Changing tracks", "Hello, may I still move to the advanced track, and what becomes of my results?"),
    },
    saved="track",
)
CERTIFICATE = Theme(
    "certificate",
    "answer",
    {
        "fr": ("Date du certificat", "Bonjour, quand recevrons-nous le certificat, et porte-t-il les crédits ?"),
        "en": ("Date of the certificate", "Hello, when do we get the certificate, and does it state the credits?"),
    },
    saved="certificate",
)
WORK = Theme(
    "work",
    "answer",
    {
        "fr": (
            "Mes réponses sont-elles bien arrivées ?",
            "Bonjour, la page s’est fermée juste après l’envoi de mes réponses. Sont-elles arrivées ?",
        ),
        "en": (
            "Did my answers arrive?",
            "Hello, the page closed just after I sent my answers. Did they arrive?",
        ),
    },
    saved="receipt",
)
THEMES = (LATE, QUESTION, NAME, SITE, HOSPITAL, TRACK, RESULT, CERTIFICATE, WORK)
ALWAYS = (NAME, SITE, TRACK, CERTIFICATE)  # what may be asked before the first quiz


def requests(
    learners: Sequence[Learner], activities: Sequence[Activity], seed: int, calendar: Calendar, lately: datetime | None
) -> Iterator[Asked]:
    """What a cohort asks in an edition, some of it in the hours before `lately` and answered by nobody since. Nobody
    asks before they enrolled, nor twice before everybody did; those who never come ask when nobody else is left."""
    count = min(len(learners), max(LEAST, round(len(learners) * A_HUNDRED / 100)))
    moments = [(moment(n, count, calendar, stream(seed, "request", n)), False) for n in range(count)]
    if lately is not None:
        moments += [(lately - timedelta(hours=hours), True) for hours in LATELY]
    asked: set[int] = set()
    for number, (at, open_still) in enumerate(moments):
        rng = stream(seed, "asking", number)
        there = [one for one in learners if one.enrolled_at < at]
        if not there:
            continue
        fresh = [one for one in there if one.number not in asked] or there
        came = [one for one in fresh if one.persona is not Persona.ABSENT] or fresh
        english = [one for one in came if one.language == "en"] if number % 4 == 1 else []
        learner = rng.choice(english or came)
        asked.add(learner.number)
        theme, unit = _theme(number, activities, at)
        yield _asked(number, learner, theme, unit, at, rng, open_still=open_still)


def moment(number: int, count: int, calendar: Calendar, rng: Random) -> datetime:
    """When the request of this number out of `count` is asked: a fifth before the opening, half in the first third."""
    place = (number + rng.uniform(0.1, 0.9)) / count
    length = calendar.closes - calendar.opens
    if place < BEFORE:
        return calendar.opens - (calendar.opens - calendar.enrols) * 0.6 * (1 - place / BEFORE)
    if place < EARLY:
        return calendar.opens + length * ((place - BEFORE) / (EARLY - BEFORE) / 3)
    return calendar.opens + length * (1 / 3 + (place - EARLY) / (1 - EARLY) * 0.6)


def _theme(number: int, activities: Sequence[Activity], at: datetime) -> tuple[Theme, Activity | None]:
    """The theme whose turn it is, with the quiz that it is about, else one that needs none."""
    theme = THEMES[number % len(THEMES)]
    quizzes = [unit for unit in activities if unit.kind == "quiz" and unit.graded and unit.due and not unit.elective]
    if theme in (LATE, HOSPITAL):
        coming = [unit for unit in quizzes if unit.due and unit.due > at]
        found = min(coming, key=lambda unit: (unit.due, unit.key), default=None)
    elif theme is RESULT:
        found = _latest(quizzes, at, lambda unit: (unit.due or unit.opens) + GRACE)
    elif theme in (QUESTION, WORK):
        found = _latest(quizzes, at, lambda unit: unit.opens)
    else:
        return theme, None
    return (theme, found) if found else (ALWAYS[number % len(ALWAYS)], None)


def _latest(units: Sequence[Activity], at: datetime, since: Callable[[Activity], datetime]) -> Activity | None:
    return max((unit for unit in units if since(unit) <= at), key=lambda unit: (since(unit), unit.key), default=None)


def _asked(
    number: int, learner: Learner, theme: Theme, unit: Activity | None, at: datetime, rng: Random, *, open_still: bool
) -> Asked:
    slow = open_still or number % SLOW == 1
    answered_at = at + timedelta(hours=rng.uniform(72, 150) if slow else rng.uniform(1, 26))
    if open_still:
        claimed_at = at + timedelta(hours=2.5) if number % 2 else None
    else:
        claimed_at = at + timedelta(hours=rng.uniform(8, 30)) if slow else answered_at - timedelta(minutes=20)
    until = max(unit.due, answered_at) + timedelta(days=3) if unit and unit.due and theme is LATE else None
    return Asked(
        number=number,
        learner=learner,
        theme=theme,
        at=at,
        unit=unit.key if unit else "",
        claimed_at=claimed_at,
        answered_at=answered_at,
        noted=slow and number % 2 == 1,
        thanked=not slow and rng.random() < 0.4,
        name=names.second(learner.name, learner.origin, rng) if theme is NAME else "",
        until=until.replace(minute=0, second=0, microsecond=0) if until else None,
    )


def spoken[T](texts: Mapping[str, T], language: str) -> T:
    """A text in a language, else in French."""
    return texts[language] if language in texts else texts["fr"]
