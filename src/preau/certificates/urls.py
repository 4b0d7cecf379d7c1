from django.urls import path

from preau.certificates import views

urlpatterns = [
    path("verify/", views.find, name="verify_find"),
    path("verify/<slug:code>/", views.verify, name="verify"),
    path("verify/<slug:code>", views.verify),
    path("verify/<slug:code>/credential.json", views.document, name="credential"),
    path("verify/<slug:code>/certificate.pdf", views.paper, name="certificate"),
    path("me/certificates/", views.mine, name="my_certificates"),
    path(".well-known/did.json", views.did, name="did"),
    path("contexts/credits-v1.json", views.context, name="credits_context"),
]
