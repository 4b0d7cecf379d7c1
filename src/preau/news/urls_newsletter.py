from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.news import views_newsletter as views

urlpatterns = [
    path("<lang:language>/newsletter/", views.newsletter, name="newsletter"),
    path("<lang:language>/newsletter/stop/", views.stop, name="newsletter_stop"),
    path("<lang:language>/newsletter/<uuid:mailing>/", views.issue, name="newsletter_issue"),
    path("newsletter/<str:token>/", views.by_mail, name="newsletter_by_mail"),
]
