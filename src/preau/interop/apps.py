from django.apps import AppConfig


class Interop(AppConfig):
    name = "preau.interop"
    label = "interop"
