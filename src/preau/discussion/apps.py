from django.apps import AppConfig


class Discussion(AppConfig):
    name = "preau.discussion"
    label = "discussion"
