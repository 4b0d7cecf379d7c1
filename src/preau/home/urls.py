from django.urls import path

from preau.home import views

urlpatterns = [
    path("me/", views.my_courses, name="my_courses"),
    path("e/<slug:edition>/", views.edition, name="edition_home"),
    path("e/<slug:edition>/tracks/", views.tracks, name="my_tracks"),
    path("e/<slug:edition>/me/time/", views.time, name="my_time"),
    path("e/<slug:edition>/me/receipts/", views.receipts, name="receipts"),
]
