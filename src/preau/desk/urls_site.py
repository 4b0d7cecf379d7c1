from django.urls import path

from preau.desk import views_site

urlpatterns = [
    path("", views_site.site, name="desk_site"),
    path("banner/", views_site.put_up, name="desk_banner"),
    path("banner/down/", views_site.take_down, name="desk_banner_down"),
    path("partners/", views_site.add_partner, name="desk_partner_add"),
    path("partners/<uuid:partner>/remove/", views_site.remove_partner, name="desk_partner_remove"),
    path("voices/", views_site.said, name="desk_voices"),
    path("voices/<uuid:voice>/", views_site.show, name="desk_voice"),
    path("audience/", views_site.read, name="desk_audience"),
]
