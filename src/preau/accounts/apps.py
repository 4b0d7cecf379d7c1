from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class Accounts(AppConfig):
    name = "preau.accounts"
    label = "accounts"

    def ready(self) -> None:
        from preau.accounts import devices, personal  # noqa: PLC0415  models are ready only now

        user_logged_in.connect(devices.note_arrival, dispatch_uid="accounts.note_arrival")
        personal.register()
