from django.urls import path, re_path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.content import views

urlpatterns = [
    path("e/<slug:edition>/<lang:language>/<slug:module>/<slug:unit>/", views.page, name="page"),
    path("e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/", views.personal, name="personal"),
    re_path(r"^media/(?P<digest>[0-9a-f]{64})(?P<suffix>\.[a-z0-9]{1,8}|)$", views.file, name="media"),
]
