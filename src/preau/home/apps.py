from django.apps import AppConfig


class Home(AppConfig):
    name = "preau.home"
    label = "home"

    def ready(self) -> None:
        from preau.home import personal, weekly  # noqa: PLC0415  models are ready only now

        personal.register()
        weekly.register()
