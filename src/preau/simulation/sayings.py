"""What simulated people write to each other. Pure: texts by language."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Question:
    """A question with what others reply to it; `reveals`: the first reply gives away an answer."""

    title: str
    text: str
    replies: tuple[str, ...]
    reveals: bool = False


FRENCH: tuple[Question, ...] = (
    Question(
        "Marge libre et marge totale : quelle différence ?",
        "Je confonds toujours les deux. Pour la tâche D, je trouve **3 jours** dans les deux cas. Est-ce normal ?",
        (
            "La marge totale est le retard possible sans décaler la fin ; la libre, sans gêner la tâche suivante.",
            "Un dessin m’a aidée : trace le réseau et écris les dates au plus tôt au-dessus, au plus tard en dessous.",
            "Merci, c’est le dessin qui m’a débloqué.",
        ),
    ),
    Question(
        "Peut-on avoir deux chemins critiques ?",
        "Dans mon réseau, deux suites de tâches durent 14 jours. Laquelle faut-il surveiller ?",
        (
            "Les deux. Dès que l’une prend du retard, le projet en prend.",
            "Oui, et c’est un vrai signal : il n’y a plus de souplesse nulle part.",
        ),
    ),
    Question(
        "Question 3 du quiz : je ne comprends pas l’énoncé",
        "« Au plus tard » veut bien dire la date après laquelle on retarde la fin ? J’hésite entre deux réponses.",
        (
            "C’est la deuxième : on remonte depuis la fin en retirant les durées.",
            "Attention, c’est un quiz noté. Pour la méthode : refais l’exemple du cours à l’envers.",
        ),
        reveals=True,
    ),
    Question(
        "Le cas pratique peut-il porter sur mon association ?",
        "Nous organisons un festival avec douze bénévoles. Est-ce un projet assez grand pour le livrable ?",
        (
            "Oui, l’an dernier j’ai pris un déménagement d’école. L’important, c’est d’avoir une fin.",
            "Très bonne idée. Pensez à dire qui décide : dans une association, ce n’est pas toujours évident.",
        ),
    ),
    Question(
        "Quel logiciel gratuit pour un diagramme de Gantt ?",
        "Je n’ai qu’un téléphone et une tablette. Que me conseillez-vous ?",
        (
            "Un tableur suffit : une ligne par tâche, une colonne par jour, et on colorie.",
            "GanttProject sur ordinateur. Sur tablette, je fais comme dit plus haut, avec un tableur.",
            "Du papier quadrillé et une photo. Mes pairs ont très bien compris.",
        ),
    ),
    Question(
        "Comment estimer une durée quand on n’a aucune expérience ?",
        "Le cours parle de trois estimations. D’où les sortez-vous ?",
        (
            "Demande à trois personnes du métier : la plus optimiste, la plus prudente, et une autre.",
            "Coupe la tâche en morceaux que tu as déjà faits. L’erreur se répartit.",
        ),
    ),
    Question(
        "Partie prenante ou simple spectateur ?",
        "Les voisins du chantier doivent-ils figurer dans la carte des parties prenantes ?",
        (
            "S’ils peuvent bloquer le chantier, oui. Peu d’intérêt, mais beaucoup de pouvoir.",
            "Je les ai mis, et l’évaluation de mes pairs le soulignait comme un point fort.",
        ),
    ),
    Question(
        "WBS : jusqu’où découper ?",
        "Mon arbre a déjà cinquante feuilles. Est-ce trop ?",
        (
            "Arrête-toi quand tu sais qui fait la tâche et combien de temps elle prend.",
            "La règle des 8 à 80 heures m’aide : ni plus court, ni plus long.",
        ),
    ),
    Question(
        "La vidéo s’arrête sur mon téléphone",
        "Connexion lente ici. Y a-t-il moyen de n’avoir que le texte ?",
        ("Le texte est sous la vidéo, et tout y est. Je n’ai presque jamais lancé les vidéos.",),
    ),
    Question(
        "Coût fixe, coût variable : où ranger mon salaire ?",
        "Je travaille déjà dans l’entreprise, je suis payée que le projet existe ou non.",
        (
            "Dans le budget du projet, on compte les heures que tu y passes, même si tu es payée de toute façon.",
            "C’est le débat classique. Dis ton hypothèse et tout ira bien.",
        ),
    ),
    Question(
        "Faut-il refaire le cahier des charges à chaque changement ?",
        "Notre client change d’avis chaque semaine…",
        (
            "Une page de suivi des changements, datée et signée. Le cahier des charges reste, on ajoute un avenant.",
            "Et on montre l’effet sur la date de fin avant de dire oui.",
        ),
    ),
    Question(
        "Qui travaille déjà comme chef de projet ?",
        "Je me reconvertis après quinze ans d’enseignement. Vos débuts m’intéressent.",
        (
            "J’étais infirmière. On m’a confié l’ouverture d’un service, et j’ai appris en marchant.",
            "Commence par nommer ce que tu fais déjà : organiser une sortie de classe, c’est un projet.",
            "Le certificat m’a servi en entretien : j’ai raconté mon cas pratique.",
        ),
    ),
    Question(
        "Comment compter une tâche qui attend une autorisation ?",
        "La mairie répond en trois semaines, mais personne n’y travaille. Est-ce une tâche ?",
        (
            "Oui, avec une durée et aucun coût. Sinon ton chemin critique ment.",
            "Je la mets en pointillé : durée fixe, zéro ressource, et une relance dans le calendrier.",
        ),
    ),
    Question(
        "Risque ou problème : je mélange",
        "Notre fournisseur a déjà une semaine de retard. Je le note dans les risques ?",
        (
            "Plus maintenant : c’est arrivé, donc c’est un problème, avec une action et une date.",
            "Le risque, ce serait qu’il prenne une deuxième semaine.",
        ),
    ),
    Question(
        "Faut-il un outil pour suivre les heures ?",
        "Nous sommes quatre, et personne ne veut remplir de feuille de temps.",
        (
            "Un point de dix minutes le vendredi suffit : ce qui reste à faire, pas ce qui est fait.",
            "Nous comptons en demi-journées, au crayon, sur le calendrier de la cuisine.",
        ),
    ),
    Question(
        "Qui signe le cahier des charges dans une petite structure ?",
        "Chez nous tout le monde décide de tout, donc personne ne signe.",
        ("La personne qui paie, ou celle qui reçoit le résultat. Une seule, et nommée.",),
    ),
    Question(
        "Jalon ou livrable ?",
        "La réception du local, je la mets où ?",
        (
            "Jalon : c’est un instant. Le livrable, c’est le procès-verbal signé ce jour-là.",
            "Merci, j’avais mis les deux et mes pairs ne comprenaient pas.",
        ),
    ),
    Question(
        "Compter la provision pour aléas, oui, mais combien ?",
        "Dix pour cent me paraît sorti d’un chapeau.",
        (
            "Additionne ce que coûterait chaque risque, multiplié par ses chances d’arriver.",
            "Et garde-la dans une ligne à part, sinon elle fond.",
        ),
    ),
    Question(
        "Avancement : 90 % depuis trois semaines",
        "Mon collègue annonce toujours le même chiffre. Que demander à la place ?",
        (
            "Demande ce qui reste, en jours. Ou découpe : fini ou pas fini, rien entre les deux.",
            "Chez nous : zéro au début, la moitié au premier essai, tout à la signature.",
        ),
    ),
    Question(
        "Le glossaire du cours existe-t-il en une page ?",
        "Je révise dans le bus, et j’oublie la moitié des sigles.",
        ("J’ai fait une fiche au crayon. Le plus utile : recopier les définitions avec un exemple à soi.",),
    ),
)
ENGLISH: tuple[Question, ...] = (
    Question(
        "Free float or total float?",
        "I get the same number for both on task D. Am I doing something wrong?",
        (
            "No: they are equal when nothing else waits behind the task. Draw the network and you will see it.",
            "Total float is about the end of the project, free float about the next task.",
        ),
    ),
    Question(
        "Can the case study be about a wedding?",
        "It has a date, a budget and far too many stakeholders.",
        (
            "Mine was a house move. A wedding is perfect: the deadline really does not move.",
            "Yes, and map the two families separately.",
        ),
    ),
    Question(
        "How fine should a work breakdown be?",
        "Fifty leaves already, and I am not done.",
        ("Stop when you can name who does it and how long it takes.",),
    ),
)
QUESTIONS = {"fr": FRENCH, "en": ENGLISH}
HELLOS = {
    "fr": (
        "Bonjour à toutes et à tous.",
        "Bonjour depuis mon téléphone.",
        "Bonsoir, j’arrive un peu tard.",
        "Bonjour, quel plaisir de vous lire.",
        "Salut, c’est mon premier cours en ligne.",
        "Bonjour, et merci pour l’accueil.",
    ),
    "en": ("Hello everyone.", "Hi, from a very small screen.", "Good evening to all."),
}
WHO = {  # what somebody works in (`rules.FIELDS`), as what, and how they tell it
    "fr": (
        ("association", "construction de puits", "J’organise des chantiers de puits avec une association."),
        ("seeking", "", "Je cherche du travail après une pause de trois ans."),
        ("public", "bibliothèque", "Je travaille dans une bibliothèque qui déménage quarante mille livres."),
        ("student", "agronomie", "Je suis des études d’agronomie et je prépare un stage."),
        ("company", "informatique", "Je conduis des projets informatiques depuis dix ans sans l’avoir appris."),
        ("public", "hôpital", "Je travaille à l’hôpital, où tout est projet et rien n’est prévu."),
        ("independent", "cuisine", "Je tiens une petite cuisine qui livre à vélo."),
        ("company", "bâtiment", "Je suis sur des chantiers toute la journée, et sur mon téléphone le soir."),
        ("retired", "", "Je suis à la retraite et je m’occupe d’un jardin partagé."),
        ("student", "architecture", "Je termine des études d’architecture."),
        ("association", "festival", "Nous montons un festival à douze bénévoles."),
        ("other", "à la maison", "Je m’occupe de mes enfants et je reprends des études."),
    ),
    "en": (
        ("public", "clinic", "I run a small clinic where nobody planned anything."),
        ("company", "logistics", "I work in logistics and move things that never arrive."),
        ("seeking", "", "I am changing jobs this year."),
    ),
}
WHY = {
    "fr": (
        "Je voudrais arrêter de tout porter dans ma tête.",
        "Je veux apprendre à dire non avec un calendrier.",
        "L’an dernier j’ai abandonné en semaine 3 : cette fois, j’ai bloqué mes mardis soir.",
        "J’espère repartir avec un certificat à montrer en entretien.",
        "On m’a confié une équipe, et je ne sais pas par où commencer.",
        "J’aimerais surtout comprendre le chemin critique.",
        "Une amie m’a dit qu’ici on n’apprend pas seul dans son coin.",
        "Je cherche des gens avec qui relire nos cas pratiques.",
    ),
    "en": (
        "I would like to do it with a method.",
        "A friend said that nobody learns alone here.",
        "I want to finish something this year.",
    ),
}
WELCOMES = {
    "fr": (
        "Bienvenue ! Raconte-nous où tu en es, il y a ici des gens de tous les métiers.",
        "Bienvenue. Si la semaine 2 te semble lourde, c’est normal : c’est la plus longue.",
        "Bonjour et bienvenue dans le cercle.",
        "Bienvenue ! Nous ne sommes pas loin de faire le même métier, on pourra comparer nos plannings.",
        "Bonjour. Je travaille aussi le soir, on se croisera.",
    ),
    "en": ("Welcome! There are people of every trade here.", "Welcome aboard. Week 2 is the long one."),
}
HOSTS = {
    "fr": (
        "Bienvenue. J’ai suivi la session d’avant : posez ici ce que vous n’osez pas demander ailleurs.",
        "Bonjour et bienvenue. Qu’aimeriez-vous savoir faire à la fin ? Je garde votre réponse pour la semaine 4.",
        "Bienvenue dans le cercle. Le plus utile pour moi avait été de commencer le cas pratique tôt.",
    ),
    "en": (
        "Welcome. I was here last time: ask anything you would not ask elsewhere.",
        "Hello and welcome. What would you like to be able to do at the end?",
    ),
}
LIVE = (
    "Vos questions de la semaine",
    "Une heure avec l’équipe. Proposez vos questions et votez pour celles des autres : les plus demandées d’abord.",
)
LIVE_QUESTIONS = (
    "Comment annoncer un retard à son client sans perdre sa confiance ?",
    "Peut-on revoir le calcul des marges sur un réseau à deux branches ?",
    "Que regardez-vous en premier dans un cas pratique ?",
    "Le certificat est-il reconnu hors de France ?",
    "Comment garder une équipe bénévole motivée ?",
)
COMMONS = (  # a title, a text, what others reply; the first who replies helps often
    (
        "À quoi vous a servi le certificat ?",
        "J’ai un entretien dans dix jours. Comment en avez-vous parlé ?",
        (
            "J’ai raconté mon cas pratique, en trois minutes : le besoin, le retard, ce que j’ai changé.",
            "Je l’ai mis en haut de mon CV, avec le lien de vérification.",
        ),
    ),
    (
        "Refaire le cas pratique avec une vraie équipe",
        "Mon association ouvre une ludothèque. Je reprends le plan du cours, et je vous dirai ce qui tient.",
        (
            "Bravo. Prévois la réunion des voisins plus tôt que dans le plan, je peux relire ta carte si tu veux.",
            "Je suis le même chemin avec une cantine, je viendrai comparer.",
        ),
    ),
    (
        "Que lire pour aller plus loin ?",
        "Je voudrais surtout continuer sur les risques.",
        (
            "Commence par refaire la semaine 3 sur un projet à toi, puis un seul livre, pas trois.",
            "Le cours complémentaire sur les risques m’a suffi pour démarrer.",
        ),
    ),
    (
        "Aider à la prochaine session : combien de temps cela prend-il ?",
        "J’hésite à me proposer, j’ai deux soirs par semaine.",
        ("Deux soirs suffisent largement. J’accueille un cercle, et c’est la meilleure façon de réviser.",),
    ),
)


def spoken[T](said: Mapping[str, T], language: str) -> T:
    """In this language, else in French."""
    return said.get(language, said["fr"])


def hello(language: str, rng: Random) -> tuple[str, str, str]:
    """What somebody works in, as what, and their introduction."""
    field, job, who = rng.choice(spoken(WHO, language))
    return field, job, f"{rng.choice(spoken(HELLOS, language))} {who} {rng.choice(spoken(WHY, language))}"
