from django.apps import AppConfig


class Certificates(AppConfig):
    name = "preau.certificates"
    label = "certificates"

    def ready(self) -> None:
        from preau.certificates import personal, queries  # noqa: PLC0415  models are ready only now
        from preau.courses import enrolling  # noqa: PLC0415

        personal.register()
        enrolling.bringers.append(queries.bringing)
