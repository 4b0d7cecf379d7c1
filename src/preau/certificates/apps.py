from django.apps import AppConfig


class Certificates(AppConfig):
    name = "preau.certificates"
    label = "certificates"
