from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_save, pre_save


class Config(AppConfig):
    name = "preau.config"
    label = "config"

    def ready(self) -> None:
        from django_tasks_db.models import DBTaskResult  # noqa: PLC0415  models are ready only now

        from preau.accounts.models import ErasureRecord  # noqa: PLC0415
        from preau.config import current, erasures  # noqa: PLC0415

        if settings.PSEUDO:
            from preau.config import pseudo  # noqa: PLC0415  it makes catalogues, which needs every app

            pseudo.install()
        post_save.connect(erasures.note, sender=ErasureRecord, dispatch_uid="preau.config.erasures")
        pre_save.connect(current.carry, sender=DBTaskResult, dispatch_uid="preau.config.current")
