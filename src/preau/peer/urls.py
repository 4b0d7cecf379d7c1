from django.urls import include, path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.peer import views, views_review

REVIEW = "e/<slug:edition>/peer/review/<uuid:review>/"
UNIT = "e/<slug:edition>/peer/<lang:language>/<slug:unit>/"
urlpatterns = [
    path(
        "e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/submit/", views.submit, name="assignment_submit"
    ),
    path(REVIEW, views_review.review, name="peer_review"),
    path(f"{REVIEW}back/", views_review.back, name="peer_back"),
    path(f"{REVIEW}flag/", views_review.flag, name="peer_flag"),
    path(f"{REVIEW}rate/", views_review.rate, name="peer_rate"),
    path(UNIT, views_review.hub, name="peer_hub"),
    path(f"{UNIT}next/", views_review.next_copy, name="peer_next"),
    path(f"{UNIT}self/", views_review.own, name="peer_self"),
    path(f"{UNIT}training/<str:exemplar>/", views_review.training, name="peer_training"),
    path("", include("preau.peer.urls_documents")),
    path("", include("preau.peer.urls_result")),
]
