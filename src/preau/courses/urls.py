from django.urls import path

from preau.courses import views

urlpatterns = [
    path("e/<slug:edition>/enrol/", views.enrol, name="enrol"),
    path("e/<slug:edition>/leave/", views.leave, name="leave"),
]
