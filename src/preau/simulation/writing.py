"""What simulated people hand in, and what a teacher says of it. Pure: no Django."""

from random import Random

OPENINGS = {
    "fr": (
        "Ce dossier répond à la commande du comité.",
        "Voici ma proposition, avec ses limites.",
        "Avant tout, le besoin.",
    ),
    "en": (
        "This file answers the committee’s request.",
        "Here is my proposal, and its limits.",
        "First of all, the need.",
    ),
}
SECTIONS = {
    "fr": (
        ("Le besoin", "Les usagers veulent {what}, et non un équipement de plus ; trois entretiens le confirment."),
        ("Les parties prenantes", "La direction décide, le voisinage peut bloquer : {what} se prépare avec eux."),
        ("Le découpage", "Quatre lots, dont {what} ; chacun a un responsable et un livrable vérifiable."),
        ("Le calendrier", "Le chemin critique passe par {what} : {days} jours, sans marge."),
        ("Le budget", "Le coût prévu est de {cost} €, dont 10 % de provision pour {what}."),
        ("Les risques", "Le plus grave touche {what} ; la parade coûte {cost} € et se décide en semaine 2."),
    ),
    "en": (
        ("The need", "Users want {what}, not one more piece of equipment; three interviews confirm it."),
        ("Stakeholders", "The board decides, the neighbours can block: {what} is prepared with them."),
        ("Breakdown", "Four packages, {what} among them; each has an owner and a deliverable one can check."),
        ("Schedule", "The critical path runs through {what}: {days} days, no float."),
        ("Budget", "The planned cost is €{cost}, with 10% kept for {what}."),
        ("Risks", "The gravest concerns {what}; the answer costs €{cost} and is decided in week 2."),
    ),
}
THINGS = {
    "fr": ("un lieu ouvert le soir", "la sécurité du local", "l’accord du voisinage", "la formation des bénévoles"),
    "en": ("a place open at night", "the safety of the room", "the neighbours’ consent", "the volunteers’ training"),
}
REMARKS = (
    (80, "Un travail clair et chiffré ; le chemin critique est juste. Dites aussi ce que vous n’avez pas retenu."),
    (65, "De bonnes bases. Vos livrables gagneraient à être vérifiables, et les marges à être calculées."),
    (50, "Le besoin est bien vu, mais le calendrier ne découle pas du découpage. Reprenez la leçon sur les liens."),
    (0, "Il manque la moitié de ce qui est demandé. Repartez de la grille, point par point, et demandez de l’aide."),
)


def deliverable(title: str, ability: float, rng: Random, language: str) -> str:
    """A few sections of Markdown, more of them from abler people."""
    tongue = language if language in SECTIONS else "fr"
    sections = SECTIONS[tongue][: 2 + round(4 * ability)]
    parts = [f"# {title}", rng.choice(OPENINGS[tongue])]
    for heading, sentence in sections:
        said = sentence.format(
            what=rng.choice(THINGS[tongue]), days=rng.randint(18, 32), cost=rng.randrange(900, 6500, 50)
        )
        parts.append(f"## {heading}\n\n{said}")
    return "\n\n".join(parts) + "\n"


def assessment(ability: float, rng: Random) -> tuple[float, str]:
    """A score of 0 to 100 around what the person can do, in half points, and the remark that goes with it."""
    score = min(100.0, max(0.0, round(2 * rng.gauss(100 * ability - 4, 8)) / 2))
    return score, next(remark for least, remark in REMARKS if score >= least)
