from django.apps import AppConfig


class Courses(AppConfig):
    name = "preau.courses"
    label = "courses"

    def ready(self) -> None:
        from preau.courses import personal  # noqa: PLC0415  models are ready only now

        personal.register()
