from django.apps import AppConfig


class Desk(AppConfig):
    name = "preau.desk"
    label = "desk"
