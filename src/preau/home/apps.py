from django.apps import AppConfig


class Home(AppConfig):
    name = "preau.home"
    label = "home"
