from django.urls import path

from preau.exams import views, views_room

urlpatterns = [
    path("e/<slug:edition>/me/exams/", views.mine, name="my_exams"),
    path("e/<slug:edition>/me/exams/book/<uuid:sitting>/", views.book, name="exam_book"),
    path("e/<slug:edition>/me/exams/<uuid:seat>/", views.convocation, name="exam_convocation"),
    path("e/<slug:edition>/me/exams/<uuid:seat>/exam.ics", views.calendar, name="exam_calendar"),
    path("e/<slug:edition>/me/exams/<uuid:seat>/give-up/", views.give_up, name="exam_give_up"),
    path("invigilate/<str:token>/", views_room.people, name="invigilate"),
    path("invigilate/<str:token>/person/<uuid:seat>/", views_room.person, name="invigilate_person"),
    path("invigilate/<str:token>/incidents/", views_room.incidents, name="invigilate_incidents"),
    path("invigilate/<str:token>/incidents/<uuid:incident>/", views_room.strike, name="invigilate_strike"),
    path("invigilate/<str:token>/close/", views_room.close, name="invigilate_close"),
]
