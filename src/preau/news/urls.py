from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.news import views

urlpatterns = [
    path("", views.root, name="root"),
    path("language/<lang:language>/", views.switch_language, name="language"),
    path("<lang:language>/", views.home, name="home"),
    path("<lang:language>/courses/", views.course_list, name="courses"),
    path("<lang:language>/courses/<slug:course>/", views.course, name="course"),
    path("<lang:language>/legal/", views.legal, name="legal"),
    path("<lang:language>/accessibility/", views.accessibility, name="accessibility"),
]
