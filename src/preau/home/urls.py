from django.urls import path

from preau.home import views, views_ladder, views_path

urlpatterns = [
    path("me/", views.my_courses, name="my_courses"),
    path("e/<slug:edition>/", views.edition, name="edition_home"),
    path("e/<slug:edition>/begin/", views.begin, name="begin"),
    path("e/<slug:edition>/tracks/", views_ladder.tracks, name="my_tracks"),
    path("e/<slug:edition>/tracks/add/", views_ladder.add, name="add_track"),
    path("e/<slug:edition>/tracks/drop/", views_ladder.drop, name="drop_track"),
    path("e/<slug:edition>/electives/", views_ladder.electives, name="my_electives"),
    path("e/<slug:edition>/path/", views_path.by_date, name="my_path"),
    path("e/<slug:edition>/path/calendar/", views_path.address, name="my_calendar"),
    path("e/<slug:edition>/calendar/<str:token>.ics", views_path.feed, name="calendar_feed"),
    path("e/<slug:edition>/me/time/", views.time, name="my_time"),
    path("e/<slug:edition>/me/receipts/", views.receipts, name="receipts"),
]
