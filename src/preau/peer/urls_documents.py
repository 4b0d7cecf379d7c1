from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.peer import views_documents as views

UNIT = "e/<slug:edition>/peer/<lang:language>/<slug:unit>/"
DOCUMENT = "e/<slug:edition>/peer/document/<uuid:document>"
urlpatterns = [
    path(f"{UNIT}documents/", views.files, name="peer_documents"),
    path(f"{UNIT}own/document/<int:number>.pdf", views.of_own_copy, name="peer_own_document"),
    path(
        "e/<slug:edition>/peer/review/<uuid:review>/document/<int:number>.pdf",
        views.of_review,
        name="peer_review_document",
    ),
    path(f"{DOCUMENT}/", views.piece, name="peer_document"),
    path(f"{DOCUMENT}/remove/", views.remove, name="peer_document_remove"),
    path(f"{DOCUMENT}/original/", views.original, name="peer_original"),
    path(f"{DOCUMENT}.pdf", views.own_light, name="peer_light"),
]
