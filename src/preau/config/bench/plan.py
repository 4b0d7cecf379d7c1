"""What a run was asked for, and how much of each thing it takes. Pure."""

from dataclasses import dataclass

ENGINES = ("sqlite", "postgresql")
PROBES = 50  # learners kept for the scale group: no other group answers for them


@dataclass(frozen=True)
class Size:
    """How long and how many."""

    name: str
    seconds: float  # of each rate
    rounds: int  # of each rate, of which the median counts
    learners: int
    quizzes: int  # prepared attempts of each learner
    bursts: int
    stored: int  # answers stored to weigh one
    acts: tuple[int, int]  # stored when the two costs of an act are compared
    posts: int = 200_000  # searched, ten to a thread
    told: int = 25_000  # people whose summaries are prepared
    former: int = 130_000  # people of former editions that a file brings in
    subscribers: int = 130_000  # to whom an issue of the newsletter is queued
    certified: int = 400  # awards whose documents are made, in each of two rounds

    @property
    def scaled(self) -> str:
        """What stands in for one and ten million acts, said beside the figure."""
        few, many = self.acts
        return (
            ""
            if many == 10_000_000
            else f"{many:,} acts against {few:,} stand in for ten million against one".replace(",", " ")
        )


QUICK = Size(
    "quick",
    2,
    1,
    500,
    3,
    2,
    10_000,
    (10_000, 100_000),
    posts=20_000,
    told=2_500,
    former=13_000,
    certified=200,
    subscribers=13_000,
)
NORMAL = Size("normal", 5, 3, 2_000, 6, 10, 50_000, (100_000, 1_000_000))
FULL = Size("full", 10, 3, 4_000, 8, 10, 200_000, (1_000_000, 10_000_000), certified=2_000)
