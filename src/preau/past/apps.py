from allauth.account.signals import email_confirmed
from django.apps import AppConfig


class Past(AppConfig):
    name = "preau.past"
    label = "past"

    def ready(self) -> None:
        from preau.past import linking, personal  # noqa: PLC0415  models are ready only now

        email_confirmed.connect(linking.address_confirmed, dispatch_uid="past.address_confirmed")
        personal.register()
