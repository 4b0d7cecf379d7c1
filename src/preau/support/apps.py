from django.apps import AppConfig


class Support(AppConfig):
    name = "preau.support"
    label = "support"
