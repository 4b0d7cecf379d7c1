from django.apps import AppConfig


class Accounts(AppConfig):
    name = "preau.accounts"
    label = "accounts"
