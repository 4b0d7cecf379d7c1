from django.urls import path

from preau.certificates import views, views_claims, views_jury, views_mine, views_public, views_statements

urlpatterns = [
    path("verify/", views_public.find, name="verify_find"),
    path("verify/file/", views_public.file, name="verify_file"),
    path("verify/<slug:code>/", views_public.verify, name="verify"),
    path("verify/<slug:code>", views_public.verify),
    path("verify/<slug:code>/credential.json", views.document, name="credential"),
    path("verify/<slug:code>/certificate.pdf", views.paper, name="certificate"),
    path("verify/<slug:code>/statement.json", views_statements.document, name="statement"),
    path("verify/<slug:code>/statement.pdf", views_statements.paper, name="statement_paper"),
    path("me/certificates/", views_mine.mine, name="my_certificates"),
    path("me/certificates/statements/<uuid:enrolment>/", views_statements.make, name="make_statement"),
    path("me/certificates/statements/<slug:code>/hide/", views_statements.hide, name="hide_statement"),
    path("me/certificates/<slug:code>/links/", views_mine.links, name="my_links"),
    path("me/certificates/<slug:code>/links/<uuid:link>/end/", views_mine.end_link, name="my_link_end"),
    path("me/certificates/<slug:code>/show/", views_mine.show, name="my_certificate_show"),
    path("me/certificates/<slug:code>/name/", views_mine.name, name="my_name"),
    path("me/certificates/<slug:code>/name/<uuid:correction>/keep/", views_mine.keep_name, name="my_name_keep"),
    path("me/certificates/<slug:code>/credits/", views_claims.credits, name="my_credits"),
    path("me/certificates/<slug:code>/credits/withdraw/", views_claims.withdraw, name="my_credits_withdraw"),
    path("e/<slug:edition>/me/jury/", views_jury.decisions, name="my_jury"),
    path(".well-known/did.json", views.did, name="did"),
    path("contexts/credits-v1.json", views.context, {"name": "credits-v1"}, name="credits_context"),
    path("status/<slug:purpose>-<int:number>.json", views.status, name="status_list"),
    path("contexts/status-v1.json", views.context, {"name": "status-v1"}, name="status_context"),
]
