from django.urls import path

from preau.support import views, views_alerts

urlpatterns = [
    path("alert/", views_alerts.anywhere, name="alert_anywhere"),
    path("e/<slug:edition>/alert/", views_alerts.alert, name="alert"),
    path("requests/", views.mine, name="requests"),
    path("requests/new/", views.new, name="request_new"),
    path("requests/<uuid:request_id>/", views.one, name="request"),
    path("requests/<uuid:request_id>/close/", views.close, name="request_close"),
    path("requests/<uuid:request_id>/files/<uuid:entry>/<int:number>/", views.file, name="request_file"),
]
