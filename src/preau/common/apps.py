from django.apps import AppConfig


class Common(AppConfig):
    name = "preau.common"
    label = "common"
