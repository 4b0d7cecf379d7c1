from django.urls import path

from preau.desk import views_newsletter as views

urlpatterns = [
    path("", views.issues, name="desk_newsletter"),
    path("new/", views.new, name="desk_newsletter_new"),
    path("<uuid:mailing>/", views.one, name="desk_mailing"),
    path("<uuid:mailing>/try/", views.trial, name="desk_mailing_try"),
    path("<uuid:mailing>/send/", views.send, name="desk_mailing_send"),
    path("<uuid:mailing>/stop/", views.stop, name="desk_mailing_stop"),
    path("<uuid:mailing>/delete/", views.delete, name="desk_mailing_delete"),
]
