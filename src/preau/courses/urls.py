from django.urls import path

from preau.courses import views, views_volunteers

urlpatterns = [
    path("e/<slug:edition>/enrol/", views.enrol, name="enrol"),
    path("e/<slug:edition>/join/<str:track>/", views.join, name="join"),
    path("e/<slug:edition>/leave/", views.leave, name="leave"),
    path("e/<slug:edition>/volunteer/", views_volunteers.volunteer, name="volunteer"),
    path("e/<slug:edition>/volunteer/apply/", views_volunteers.apply, name="volunteer_apply"),
    path("e/<slug:edition>/volunteer/sign/", views_volunteers.sign, name="volunteer_sign"),
    path("e/<slug:edition>/volunteer/leave/", views_volunteers.leave, name="volunteer_leave"),
    path("e/<slug:edition>/volunteer/shifts/", views_volunteers.take, name="volunteer_take"),
    path("e/<slug:edition>/volunteer/shifts/<uuid:shift>/", views_volunteers.drop, name="volunteer_drop"),
]
