from django.apps import AppConfig


class Courses(AppConfig):
    name = "preau.courses"
    label = "courses"
