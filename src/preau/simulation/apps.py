from django.apps import AppConfig


class Simulation(AppConfig):
    name = "preau.simulation"
    label = "simulation"
