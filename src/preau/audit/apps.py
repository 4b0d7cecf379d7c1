from django.apps import AppConfig


class Audit(AppConfig):
    name = "preau.audit"
    label = "audit"
