from django.apps import AppConfig


class Certificates(AppConfig):
    name = "preau.certificates"
    label = "certificates"

    def ready(self) -> None:
        from preau.certificates import personal  # noqa: PLC0415  models are ready only now

        personal.register()
