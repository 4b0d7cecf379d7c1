"""Halves of sentences for the copies of simulated people. Pure.

A half holds at most four words in a row that are always the same: what two copies share by chance is shorter than what
the desk calls alike (`peer.likeness`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

type Halves = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Said:
    """By the key of a section: its heading, the first halves and the second halves of its sentences; by the name of a
    slot, what can stand there; words that become one when they meet."""

    headings: Sequence[tuple[str, str]]
    halves: Mapping[str, Halves]
    slots: Mapping[str, Sequence[str]]
    contracted: Sequence[tuple[str, str]] = ()


FRENCH = Said(
    headings=(
        ("need", "Le besoin"),
        ("people", "Les parties prenantes"),
        ("cut", "Le découpage"),
        ("time", "Le calendrier"),
        ("money", "Le budget"),
        ("risk", "Les risques"),
    ),
    halves={
        "opening": (
            (
                "Pour {who1}, je pars de {what1}",
                "Avant tout, {what1} selon {who1}",
                "Ce dossier propose {what1} à {who1}",
                "Voici, en {days} jours, {what1}",
                "J’ai choisi {what1} avec {who1}",
            ),
            (
                ", puis je chiffre {what2}.",
                ", sans oublier {what2}.",
                " ; reste à trancher {what2}.",
                ", et j’écarte {what2} faute de temps.",
                ", car {who2} le demande.",
            ),
        ),
        "need": (
            (
                "D’après {who1}, il manque {what1}",
                "{who1} souhaite d’abord {what1}",
                "Trois entretiens, dont {who1}, désignent {what1}",
                "Le vrai manque concerne {what1}",
                "Sur place, {who1} réclame {what1}",
                "Aujourd’hui {what1} dépend de {who1}",
            ),
            (
                " plutôt que {what2}.",
                " ; {who2} préférait {what2}.",
                " avant même {what2}, sous {days} jours.",
                ", ce que {who2} confirme.",
                " : {what2} viendra ensuite.",
            ),
        ),
        "people": (
            (
                "{who1} décide de {what1}",
                "Côté pouvoir, {who1} l’emporte",
                "J’associe {who1} dès {what1}",
                "{who1} peut bloquer {what1}",
                "Sans {who1}, rien pour {what1}",
                "Je tiens {who1} au courant chaque semaine",
            ),
            (
                ", tandis que {who2} suit {what2}.",
                " ; {who2} attend surtout {what2}.",
                ", et {who2} regarde de loin.",
                " ; je vois {who2} tous les {days} jours.",
                ", donc {what2} passe par {who2}.",
            ),
        ),
        "cut": (
            (
                "Premier lot : {what1}, porté par {who1}",
                "{who1} livre {what1}",
                "J’isole {what1} dans un lot",
                "Le lot de {who1} couvre {what1}",
                "Je sépare {what1} du reste",
                "Au sommet, {what1} pour {who1}",
            ),
            (
                " ; {who2} vérifie {what2}.",
                ", et {what2} en {days} jours.",
                ", puis {what2} avec {who2}.",
                " ; {what2} reste chez {who2}.",
                ", sans toucher à {what2}.",
            ),
        ),
        "time": (
            (
                "{what1} prend {days} jours",
                "Le chemin critique suit {what1}",
                "Dès {what1}, plus aucune marge",
                "{who1} termine {what1} en {days} jours",
                "Au plus tôt, {what1} commence mardi",
                "Tout attend {what1} et {who1}",
            ),
            (
                " ; {what2} garde du mou.",
                ", ensuite {what2} démarre.",
                ", si {who2} répond à temps.",
                " ; je relance {who2} avant {what2}.",
                ", et {what2} avance en parallèle.",
            ),
        ),
        "money": (
            (
                "{what1} coûte {cost} €",
                "Pour {what1} je compte {cost} €",
                "{who1} finance {what1}",
                "La plus grosse ligne, {what1}, vaut {cost} €",
                "J’estime {what1} à {cost} €",
                "Les heures de {who1} font {cost} €",
            ),
            (
                ", plus {part} % pour {what2}.",
                " ; {who2} avance le reste.",
                ", dont {part} % de provision.",
                " ; {what2} reste gratuit.",
                ", que {who2} doit valider.",
            ),
        ),
        "risk": (
            (
                "Si {who1} renonce, {what1} tombe",
                "Le plus grave touche {what1}",
                "Un retard sur {what1} me gêne",
                "{who1} pourrait refuser {what1}",
                "À surveiller : {what1}, {part} chances sur cent",
                "Je crains surtout {what1} chez {who1}",
            ),
            (
                " ; la parade vaut {cost} €.",
                ", alors {who2} reprend {what2}.",
                " ; je prévois {what2} en secours.",
                ", d’où {days} jours de réserve.",
                " ; {who2} tranche en semaine deux.",
            ),
        ),
        "aside": (
            (
                "Pour {what1}, voir {who1}",
                "{who1} relit {what1}",
                "Hypothèse : {what1} sous {days} jours",
                "Non retenu : {what1}",
                "À vérifier avec {who1}",
                "Je note {what1} comme acquis",
                "Indice de réussite : {what1}",
            ),
            (
                ", hors {what2}.",
                " et {who2}.",
                " ; {what2} peut attendre.",
                ", au-delà de {cost} €.",
                ", sauf avis de {who2}.",
                ", {part} fois sur vingt.",
            ),
        ),
    },
    slots={
        "what": (
            "un lieu ouvert le soir",
            "la sécurité du local",
            "l’accord du voisinage",
            "la formation des bénévoles",
            "le transport du matériel",
            "l’accès en fauteuil",
            "une salle au calme",
            "le raccordement électrique",
            "l’affichage des horaires",
            "la collecte des avis",
            "un mobilier léger",
            "l’assurance annuelle",
            "la réception des travaux",
            "un essai grandeur nature",
            "la reprise des stocks",
            "le choix du prestataire",
            "l’inauguration",
            "la signalétique",
        ),
        "who": (
            "la directrice",
            "le comité",
            "l’équipe technique",
            "le voisinage",
            "la trésorière",
            "la mairie",
            "le gardien",
            "la crèche",
            "l’association",
            "le fournisseur",
            "la bibliothécaire",
            "l’équipe bénévole",
            "le financeur",
            "l’architecte",
            "le service achats",
        ),
    },
    contracted=((" de le ", " du "), (" à le ", " au "), (" de un", " d’un"), ("que un", "qu’un")),
)
ENGLISH = Said(
    headings=(
        ("need", "The need"),
        ("people", "Stakeholders"),
        ("cut", "Breakdown"),
        ("time", "Schedule"),
        ("money", "Budget"),
        ("risk", "Risks"),
    ),
    halves={
        "opening": (
            ("For {who1}, I suggest {what1}", "First of all, {what1}", "With {who1} I chose {what1}"),
            (", then cost {what2}.", "; {what2} is left out.", ", because {who2} asks."),
        ),
        "need": (
            ("{who1} mostly wants {what1}", "What lacks is {what1}", "Three talks point to {what1}"),
            (", rather than {what2}.", "; {who2} hoped for {what2}.", ", which {who2} confirms."),
        ),
        "people": (
            ("{who1} decides on {what1}", "Without {who1}, no {what1}", "I see {who1} about {what1}"),
            ("; {who2} follows {what2}.", ", and {who2} only watches.", " every {days} days."),
        ),
        "cut": (
            ("{who1} delivers {what1}", "A package for {what1}", "I keep {what1} apart"),
            ("; {who2} checks {what2}.", ", then {what2} with {who2}.", " within {days} days."),
        ),
        "time": (
            ("{what1} takes {days} days", "Everything waits for {what1}", "{who1} ends {what1} first"),
            ("; {what2} has float.", ", if {who2} answers.", ", and {what2} runs beside."),
        ),
        "money": (
            ("{what1} costs €{cost}", "{who1} pays for {what1}", "I reckon €{cost} for {what1}"),
            (", plus {part}% for {what2}.", "; {who2} lends the rest.", "; {what2} is free."),
        ),
        "risk": (
            ("If {who1} leaves, {what1} fails", "I fear most for {what1}", "{who1} may refuse {what1}"),
            ("; €{cost} would mend it.", ", so {who2} takes {what2}.", "; {days} days stay spare."),
        ),
        "aside": (
            ("Assumed: {what1} by {who1}", "Left out: {what1}", "{who1} reads {what1} again"),
            (", but {what2}.", "; {who2} may differ.", ", above €{cost}.", ", {part} times in twenty."),
        ),
    },
    slots={
        "what": (
            "a place open at night",
            "the safety of the room",
            "the neighbours’ consent",
            "the volunteers’ training",
            "moving the equipment",
            "wheelchair access",
            "a quiet room",
            "lighting",
            "light furniture",
            "a full trial",
            "the yearly insurance",
            "the opening day",
        ),
        "who": (
            "the board",
            "the street committee",
            "the treasurer",
            "the town",
            "the supplier",
            "the librarian",
            "the architect",
            "the nursery",
            "the caretaker",
        ),
    },
)
SAID = {"fr": FRENCH, "en": ENGLISH}
