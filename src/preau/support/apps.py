from django.apps import AppConfig


class Support(AppConfig):
    name = "preau.support"
    label = "support"

    def ready(self) -> None:
        from preau.support import alerts, personal  # noqa: PLC0415  models are ready only now

        personal.register()
        alerts.register()
