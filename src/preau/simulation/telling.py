"""What a simulated team says: saved replies, announcements, an incident, a danger, its volunteers. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from preau.simulation.rules import Calendar

type Said = Mapping[str, tuple[str, str]]  # language → (subject or title, text)

THANKS = {"fr": "Merci beaucoup pour votre réponse, c’est réglé.", "en": "Thank you very much, it is settled."}
HELLO = {"fr": "Bonjour {name},", "en": "Hello {name},"}
NOTE = "Vu avec l’équipe : on vérifie d’abord dans le registre, puis on répond."

SAVED: Mapping[str, tuple[str, Said]] = {  # key → (topic, words)
    "question": (
        "result",
        {
            "fr": (
                "Une question de quiz",
                (
                    "La leçon « Les marges » détaille la différence, avec un exemple chiffré. Le corrigé du quiz "
                    "paraît après la date limite, délais supplémentaires compris. Si un doute reste, répondez ici "
                    "avec le numéro de la question."
                ),
            ),
            "en": (
                "A question of a quiz",
                (
                    "The lesson on floats explains the difference with figures. The answers of the quiz are shown "
                    "after the deadline, extensions included. If a doubt remains, answer here with the number of the "
                    "question."
                ),
            ),
        },
    ),
    "video": (
        "site",
        {
            "fr": (
                "Une vidéo ne se lit pas",
                (
                    "Essayez la petite version de la vidéo, ou le son seul, sous le lecteur. La transcription donne "
                    "tout le contenu. Si cela ne suffit pas, dites-nous quel téléphone et quel navigateur vous avez."
                ),
            ),
            "en": (
                "A video does not play",
                (
                    "Try the small version of the video, or the sound alone, below the player. The transcript holds "
                    "all of it. If that is not enough, tell us which phone and browser you have."
                ),
            ),
        },
    ),
    "track": (
        "other",
        {
            "fr": (
                "Changer de parcours",
                (
                    "Vous pouvez changer de parcours depuis la page de la session, jusqu’à la date qui y est dite. Vos "
                    "résultats sont gardés : ils comptent dans les deux parcours."
                ),
            ),
            "en": (
                "Changing tracks",
                (
                    "You can change tracks from the page of the session, until the date told there. Your results are "
                    "kept: they count on both tracks."
                ),
            ),
        },
    ),
    "certificate": (
        "certificate",
        {
            "fr": (
                "Quand vient le certificat",
                (
                    "Le jury se réunit dans la semaine qui suit la fin de la session ; vous recevez un message dès "
                    "que le certificat est signé. Il porte les crédits de votre parcours."
                ),
            ),
            "en": (
                "When the certificate comes",
                (
                    "The jury meets in the week after the session ends; you get a message as soon as the certificate "
                    "is signed. It states the credits of your track."
                ),
            ),
        },
    ),
    "receipt": (
        "work",
        {
            "fr": (
                "Savoir si un envoi est arrivé",
                (
                    "Tout envoi reçu a son récépissé, avec l’heure du serveur : page « Mes récépissés » de la "
                    "session, et par courriel. S’il y est, votre travail est chez nous."
                ),
            ),
            "en": (
                "Whether something arrived",
                (
                    "Whatever we received has a receipt with the server’s time: on the page “My receipts” of the "
                    "session, and by mail. If it is there, we have your work."
                ),
            ),
        },
    ),
}


@dataclass(frozen=True)
class Notice:
    """An announcement: written at one moment, confirmed at another for `send_at`; `segment` as `segments` has it."""

    name: str
    said: Said
    written_at: datetime
    confirmed_at: datetime
    send_at: datetime
    shown_until: datetime
    segment: tuple[Mapping[str, str], ...] = ()


WELCOME: Said = {
    "fr": (
        "Bienvenue dans la session",
        (
            "La session ouvre aujourd’hui. **Commencez par la première leçon** : une heure par semaine suffit pour "
            "prendre le rythme.\n\nUne question ? « Demander à l’équipe », en bas de chaque page."
        ),
    ),
    "en": (
        "Welcome to the session",
        (
            "The session opens today. **Begin with the first lesson**: an hour a week is enough to find your "
            "pace.\n\nA question? “Ask the team”, at the foot of every page."
        ),
    ),
}
NEVER_STARTED: Said = {
    "fr": (
        "Il est encore temps de commencer",
        (
            "Votre inscription est faite et la session a commencé. Rien n’est perdu : les deux premières semaines se "
            "rattrapent en une soirée, et chaque quiz autorise plusieurs essais."
        ),
    ),
    "en": (
        "There is still time to begin",
        (
            "You enrolled, and the session has begun. Nothing is lost: the first two weeks can be caught up in an "
            "evening, and each quiz may be tried more than once."
        ),
    ),
}
EXAM: Said = {
    "fr": (
        "L’examen approche",
        (
            "Préparez un endroit calme et une connexion sûre. Les réponses sont gardées une à une : une coupure ne "
            "fait rien perdre."
        ),
    ),
    "en": (
        "The exam is near",
        "Find a quiet place and a good connection. Answers are kept one by one: nothing is lost when the network goes.",
    ),
}
WEEK: Said = {
    "fr": (
        "Semaine {week}",
        (
            "La semaine {week} est ouverte.\n\n- lisez les leçons,\n- faites le quiz **avant dimanche, 23 h 59**,\n- "
            "demandez de l’aide si quelque chose bloque."
        ),
    ),
    "en": (
        "Week {week}",
        (
            "Week {week} is open.\n\n- read the lessons,\n- do the quiz **before Sunday, 23:59**,\n- ask for help if "
            "something is in your way."
        ),
    ),
}
INCIDENT = {
    "fr": "Les vidéos se chargeaient lentement. Les leçons, les quiz et les envois n’étaient pas touchés.",
    "en": "Videos were slow to load. Lessons, quizzes and what you send were not concerned.",
}
DANGER = {
    "fr": "Quelqu’un m’a écrit qu’il n’en pouvait plus et ne répond pas depuis hier soir. Je m’inquiète.",
    "en": "Somebody wrote to me that they could not go on, and has not answered since last night. I am worried.",
}
HANDLED = "Personne jointe par téléphone, entourée ; le 3114 lui a été donné. Suivi demain matin."
DECLINED = "Nous avons assez de monde pour vos langues cette fois. Merci de votre offre."


def notices(calendar: Calendar) -> list[Notice]:
    """Welcome at the opening, each week from the second, who never started, the exam. Weeks are written nine days
    ahead, so that the next one always waits for its hour while an edition runs."""
    opens, day = calendar.opens, timedelta(days=1)
    found = [Notice("welcome", WELCOME, opens - 3 * day, opens - 2 * day, opens, opens + 7 * day)]
    weeks = (calendar.closes - opens).days // 7
    for week in range(2, max(2, weeks)):
        at = opens + (week - 1) * 7 * day
        said = {code: (subject.format(week=week), text.format(week=week)) for code, (subject, text) in WEEK.items()}
        early = max(at - 9 * day, opens + day)
        found.append(Notice(f"week-{week}", said, early, early + day / 24, at, at + 7 * day))
    chosen = ({"segment": "started", "value": "no"},)
    at = opens + 5.4 * day
    found.append(Notice("never-started", NEVER_STARTED, at - day / 12, at, at, at + 14 * day, chosen))
    near = calendar.closes - 14 * day
    if near > opens + 10 * day:
        found.append(Notice("exam", EXAM, opens + 4 * day, near - day, near, near + 8 * day))
    return found


@dataclass(frozen=True)
class Offer:
    """Somebody who offers to help. `taken`: the team accepts; `hours` of the rota are (weekday, hour)."""

    number: int
    languages: tuple[str, ...]
    motivation: str
    taken: bool
    applied_at: datetime
    decided_at: datetime
    hours: tuple[tuple[int, int], ...] = ()

    @property
    def signed_at(self) -> datetime:
        """Soon after the answer."""
        return self.decided_at + timedelta(hours=5)


ALUMNA = 3  # the number of an offer by somebody of an earlier edition, where there is one
MOTIVATIONS = (
    "J’ai suivi la session précédente et j’aimerais aider à mon tour, surtout le soir.",
    "J’enseigne la gestion de projet et je peux répondre le matin.",
    "I work in French and English and have two evenings a week.",
    "Je connais bien les questions de réseau et de téléphone.",
)


def offers(calendar: Calendar, count: int) -> list[Offer]:
    """Three helpers and one declined before the opening, more in a large edition; one who offers in the first week and
    waits for an answer until the third."""
    span = calendar.opens - calendar.enrols
    many = 4 + count // 500
    found = []
    for number in range(1, many + 1):
        applied = calendar.enrols + span * (0.3 + 0.3 * number / many)
        languages = ("fr", "en") if number % 3 == 0 else ("fr",)
        evening = 18 + number % 4
        hours = ((number % 7, evening), ((number + 2) % 7, evening), ((number + 4) % 7, 9 + number % 3))
        decided = applied + timedelta(hours=20)
        motivation = MOTIVATIONS[(number - 1) % len(MOTIVATIONS)]
        found.append(Offer(number, languages, motivation, number != 2, applied, decided, hours))
    late = calendar.opens + timedelta(days=5)
    found.append(Offer(many + 1, ("fr",), MOTIVATIONS[3], True, late, late + timedelta(days=11), ((5, 10),)))
    return found
