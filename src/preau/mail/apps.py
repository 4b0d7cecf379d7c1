from django.apps import AppConfig


class Mail(AppConfig):
    name = "preau.mail"
    label = "mail"
