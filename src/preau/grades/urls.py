from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.grades import views

urlpatterns = [
    path("e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/finish/", views.finish, name="lesson_finish"),
]
