from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class Accounts(AppConfig):
    name = "preau.accounts"
    label = "accounts"

    def ready(self) -> None:
        from preau.accounts import devices, personal, proofs, wishes  # noqa: PLC0415  models are ready only now

        user_logged_in.connect(devices.note_arrival, dispatch_uid="accounts.note_arrival")
        user_logged_in.connect(wishes.stay, dispatch_uid="accounts.wishes_stay")
        email_confirmed.connect(proofs.confirmed, dispatch_uid="accounts.confirmed")
        personal.register()
