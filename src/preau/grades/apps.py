from django.apps import AppConfig


class Grades(AppConfig):
    name = "preau.grades"
    label = "grades"

    def ready(self) -> None:
        from preau.content import kinds  # noqa: PLC0415  models are ready only now
        from preau.courses import enrolling  # noqa: PLC0415
        from preau.grades import carrying, evidence, personal, segments, signs  # noqa: PLC0415
        from preau.grades.lesson import Lesson  # noqa: PLC0415

        kinds.register(Lesson())
        personal.register()
        segments.register()
        evidence.register(signs.of_time)
        enrolling.returners.append(carrying.comes_back)
        enrolling.arrivals.append(carrying.keep)
