from django.apps import AppConfig


class Discussion(AppConfig):
    name = "preau.discussion"
    label = "discussion"

    def ready(self) -> None:
        from preau.content import kinds  # noqa: PLC0415  models are ready only now
        from preau.discussion import hosting, margin, personal, telling  # noqa: PLC0415

        kinds.put_beside("discussion", margin.place)
        hosting.register()
        telling.register()
        personal.register()
