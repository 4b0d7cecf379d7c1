from django.apps import AppConfig


class Subtitles(AppConfig):
    name = "preau.subtitles"
    label = "subtitles"

    def ready(self) -> None:
        from preau.content import companions, kinds  # noqa: PLC0415  models are ready only now
        from preau.subtitles import personal, telling  # noqa: PLC0415
        from preau.subtitles.beside import Beside  # noqa: PLC0415
        from preau.subtitles.kind import Subtitling  # noqa: PLC0415

        companions.register(Beside())
        kinds.register(Subtitling())
        telling.register()
        personal.register()
