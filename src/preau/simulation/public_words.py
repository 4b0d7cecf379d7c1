"""What the public site of a sample world says. Pure: texts by language; the people and schools are fictional."""

from collections.abc import Mapping

type Texts = Mapping[str, tuple[str, str, str]]  # language → title, lead, body (Markdown)

AUTHORS = "Amina Exemple"
UNREAD = "logisticienne, Lyon"  # what she says waits for the team

FOOTPRINT_FR = """\
Combien pèse un projet ? On compte ses heures et ses euros ; ses tonnes de carbone, rarement.

Le nouveau module complémentaire part du cas que vous connaissez déjà, la salle de lecture solaire, et refait ses
comptes : ce que pèsent les panneaux, le ciment, les trajets de l’équipe.

## Ce que l’on y fait

- choisir ce que l’on mesure, et ce que l’on laisse de côté en le disant ;
- trouver les trois postes qui font l’essentiel ;
- comparer deux façons de faire et écrire la décision.

Il compte comme un module complémentaire et n’enlève rien à personne : si vous suivez déjà la session, ajoutez-le depuis
votre parcours.
"""
FOOTPRINT_EN = """\
How heavy is a project? We count its hours and its euros; its tonnes of carbon, seldom.

The new elective starts from the case that you know, the solar-powered reading room, and does its sums again: what the
panels, the cement and the team’s journeys weigh.

## What you do in it

- choose what to measure, and say what you leave out;
- find the three items that make up most of it;
- compare two ways of doing the job and write down the decision.

It counts as an elective and takes nothing away from anybody: if you are already in the session, add it from your track.
"""
ENGLISH_FR = """\
Toutes les leçons, les quiz, les cas pratiques et l’examen se lisent maintenant en anglais aussi.

C’est **le même cours** : on passe d’une langue à l’autre sur chaque page, et ce que l’on a répondu reste. Les copies
sont relues par des pairs qui lisent votre langue, et le certificat est imprimé dans les deux.

Une phrase sonne faux ? Dites-le sous la leçon : c’est ainsi que le cours s’améliore d’une session à l’autre.
"""
ENGLISH_EN = """\
Every lesson, quiz, case study and the exam can now be read in English too.

It is **the same course**: switch language on any page, and what you answered stays. Your work is reviewed by peers who
read your language, and the certificate is printed in both.

A sentence sounds wrong? Say so under the lesson: that is how the course gets better from one session to the next.
"""

ARTICLES: Mapping[str, Texts] = {
    "empreinte": {
        "fr": (
            "Un nouveau module : l’empreinte d’un projet",
            "Mesurer ce qu’un projet consomme et rejette, puis décider : trois leçons et un quiz.",
            FOOTPRINT_FR,
        ),
        "en": (
            "A new module: a project’s footprint",
            "Measure what a project uses and gives off, then decide: three lessons and a quiz.",
            FOOTPRINT_EN,
        ),
    },
    "en-anglais": {
        "fr": (
            "Le cours existe désormais en anglais",
            "Mêmes leçons, mêmes exercices, même certificat : chacun lit dans sa langue, tous travaillent ensemble.",
            ENGLISH_FR,
        ),
        "en": (
            "The course now exists in English",
            "The same lessons, exercises and certificate: everyone reads in their language and all work together.",
            ENGLISH_EN,
        ),
    },
}

PATH = """\
J’ai enfin compris pourquoi mes chantiers glissaient toujours d’un mois. Le chemin critique, je le dessine maintenant au
dos des plans."""
BUS = """\
Une heure le soir, sur le téléphone, dans le car. Quatre inconnus ont relu mon dossier mieux que mes collègues."""
REVIEWS = """\
I came for the certificate and stayed for the reviews: four other projects taught me more than my own."""
EXAM = """\
À cinquante-deux ans, je n’avais jamais passé d’examen en ligne. On sait toujours où l’on en est, et c’est cela qui fait
tenir."""
THREADS = "Les fils de discussion sont restés quand la session s’est terminée. J’y réponds encore."

VOICES = (  # language, words, what they do
    ("fr", PATH.replace("\n", " "), "conductrice de travaux, Abidjan"),
    ("fr", BUS, "infirmier, Dakar"),
    ("en", REVIEWS, "engineer, Kigali"),
    ("fr", EXAM.replace("\n", " "), "en reconversion, Lille"),
    ("fr", THREADS, UNREAD),
)

PARTNERS = (  # name, country, part
    ("École d’exemple", "FR", "gives"),
    ("Institut modèle de Dakar", "SN", "partner"),
    ("Université spécimen de Liège", "BE", "partner"),
)

SOURCES = ("ecole.example", "journal.example", "", "reseau.example")  # sites that readers come from
