"""What simulated people hand in, and what a teacher says of it. Pure: no Django.

Each sentence is put together from two halves with something of one's own in each, so that two copies say the same only
where one was taken from the other (`copied`)."""

from collections.abc import Iterable
from random import Random

from preau.simulation import phrases
from preau.simulation.rules import Learner, Persona, stream

REMARKS = (
    (80, "Un travail clair et chiffré ; le chemin critique est juste. Dites aussi ce que vous n’avez pas retenu."),
    (65, "De bonnes bases. Vos livrables gagneraient à être vérifiables, et les marges à être calculées."),
    (50, "Le besoin est bien vu, mais le calendrier ne découle pas du découpage. Reprenez la leçon sur les liens."),
    (0, "Il manque la moitié de ce qui est demandé. Repartez de la grille, point par point, et demandez de l’aide."),
)


def deliverable(title: str, ability: float, rng: Random, language: str) -> str:
    """A few sections of Markdown, more of them from abler people."""
    said = phrases.SAID.get(language, phrases.SAID["fr"])
    parts = [f"# {title}", _sentence(said, "opening", rng)]
    for key, heading in said.headings[: 2 + round(4 * ability)]:
        parts.append(f"## {heading}\n\n{_sentence(said, key, rng)} {_sentence(said, 'aside', rng)}")
    return "\n\n".join(parts) + "\n"


def _sentence(said: phrases.Said, key: str, rng: Random) -> str:
    """Two halves that were never written for each other."""
    first, second = said.halves[key]
    found = f"{rng.choice(first)}{rng.choice(second)}"
    words = {name: rng.sample(values, 2) for name, values in said.slots.items()}
    shown = {f"{name}{place}": word for name, pair in words.items() for place, word in enumerate(pair, 1)}
    whole = found.format(**shown, days=rng.randint(9, 74), cost=rng.randrange(900, 9500, 50), part=rng.randint(4, 19))
    for apart, together in said.contracted:
        whole = whole.replace(apart, together)
    return whole[0].upper() + whole[1:]


def handed_in(title: str, learner: Learner, other: Learner | None, seed: int, name: tuple[str, int]) -> str:
    """What somebody hands in under this name (unit, how many times); with `other`, what that one handed in first."""
    unit, number = (name[0], 1) if other else name
    author = other or learner
    return deliverable(title, author.ability, stream(seed, "text", author.number, unit, number), author.language)


def copied(learners: Iterable[Learner]) -> dict[int, int]:
    """Who hands in another's copy as their own: the number of one learner, and that of whose it is."""
    there = [one for one in learners if one.persona is Persona.ADVANCED and one.quits_after is None]
    ready = [one for one in there if one.language == "fr"]
    return {ready[-1].number: ready[0].number} if len(ready) > 3 else {}


def assessment(ability: float, rng: Random) -> tuple[float, str]:
    """A score of 0 to 100 around what the person can do, in half points, and the remark that goes with it."""
    score = min(100.0, max(0.0, round(2 * rng.gauss(100 * ability - 4, 8)) / 2))
    return score, next(remark for least, remark in REMARKS if score >= least)
