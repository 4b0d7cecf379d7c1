from django.apps import AppConfig


class Config(AppConfig):
    name = "preau.config"
    label = "config"
