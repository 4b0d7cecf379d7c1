from django.apps import AppConfig


class News(AppConfig):
    name = "preau.news"
    label = "news"

    def ready(self) -> None:
        from preau.news import personal, waiting  # noqa: PLC0415  models are ready only now

        waiting.register()
        personal.register()
