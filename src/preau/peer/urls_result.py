from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.peer import views_result

UNIT = "e/<slug:edition>/peer/<lang:language>/<slug:unit>/"
urlpatterns = [
    path(f"{UNIT}result/", views_result.result, name="peer_result"),
    path(f"{UNIT}result/appeal/", views_result.appeal, name="peer_appeal"),
    path(f"{UNIT}case/", views_result.case, name="peer_case"),
]
