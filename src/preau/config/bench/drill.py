"""A course made for the bench: quizzes of ten short questions whose answers are known. Pure."""

from pathlib import Path

SLUG = "drill"
MODULE = "drill"
QUESTIONS = 10
CYCLE = "cycle"  # the quiz that is begun, answered and closed again and again

HEAD = """slug: drill
title: {fr: Exercice}
description: {fr: Des questions.}
languages: [fr]
modules:
  - {id: drill, title: {fr: Exercice}, opens: w1 mon 08:00}
tracks:
  classic: {title: {fr: Classique}, credits: 1, needs: [{mean: quiz, of: core, at_least: 60}]}
"""
FRONT = """---
id: {id}
kind: quiz
title: Quiz {id}
minutes: 5
feedback: now
---
Répondez.

```gift
{questions}
```
"""
SHAPES = (
    ("Un projet a-t-il une fin ? Question {n} {{T#Non, il en a une.#Oui.}}", "true"),
    ("Qui décide, question {n} ? {{=Le commanditaire#Oui. ~Personne#Non. ~Le hasard#Non. ~Le fournisseur#Non.}}", "0"),
    ("Combien de jours, question {n} ? {{#3:0.5 ####Relisez le calendrier.}}", "3"),
)


def quizzes(count: int) -> list[str]:
    """The ids of the quizzes whose attempts are prepared."""
    return [f"quiz-{n + 1}" for n in range(count)]


def answers() -> dict[str, str]:
    """What is answered to each question, by its key."""
    return {f"q{n}": SHAPES[n % len(SHAPES)][1] for n in range(QUESTIONS)}


def write(folder: Path, count: int) -> None:
    """The course's folder: `count` quizzes of ten questions, and the one for cycles."""
    target = folder / "fr" / MODULE
    target.mkdir(parents=True)
    (folder / "course.yaml").write_text(HEAD)
    for place, name in enumerate([*quizzes(count), CYCLE]):
        questions = "\n\n".join(
            f"// [id:q{n}]\n::q{n}:: {SHAPES[n % len(SHAPES)][0].format(n=n)}" for n in range(QUESTIONS)
        )
        (target / f"{place:02}-{name}.md").write_text(FRONT.format(id=name, questions=questions))
