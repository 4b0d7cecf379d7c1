from django.apps import AppConfig


class News(AppConfig):
    name = "preau.news"
    label = "news"
