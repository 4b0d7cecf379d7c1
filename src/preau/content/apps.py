from django.apps import AppConfig


class Content(AppConfig):
    name = "preau.content"
    label = "content"
