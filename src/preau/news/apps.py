from django.apps import AppConfig


class News(AppConfig):
    name = "preau.news"
    label = "news"

    def ready(self) -> None:
        from preau.news import banners, personal, subscribing, waiting  # noqa: PLC0415  models are ready only now

        waiting.register()
        subscribing.register()
        personal.register()
        banners.register()
