from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.peer import views

urlpatterns = [
    path(
        "e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/submit/", views.submit, name="assignment_submit"
    ),
]
