from django.apps import AppConfig


class Exams(AppConfig):
    name = "preau.exams"
    label = "exams"

    def ready(self) -> None:
        from preau.content import kinds, outline  # noqa: PLC0415  models are ready only now
        from preau.exams import evidence, letters, personal, seating  # noqa: PLC0415
        from preau.exams.kind import Exam  # noqa: PLC0415
        from preau.grades import evidence as signs  # noqa: PLC0415
        from preau.quizzes import windows  # noqa: PLC0415

        kinds.register(Exam())  # in the place of the one of quizzes, which knows of no seat
        windows.register(seating.window)
        outline.register_later(seating.later)
        signs.register(evidence.signs)
        letters.register()
        personal.register()
