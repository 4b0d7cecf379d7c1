from django.apps import AppConfig


class Quizzes(AppConfig):
    name = "preau.quizzes"
    label = "quizzes"

    def ready(self) -> None:
        from preau.content import kinds  # noqa: PLC0415  models are ready only now
        from preau.grades import evidence  # noqa: PLC0415
        from preau.quizzes import gaps, personal  # noqa: PLC0415
        from preau.quizzes.kind import Quiz  # noqa: PLC0415

        kinds.register(Quiz("quiz"))
        kinds.register(Quiz("exam"))
        personal.register()
        evidence.register(gaps.signs)
