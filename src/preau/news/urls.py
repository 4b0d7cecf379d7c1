from django.urls import include, path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.news import views, views_found, views_new, views_partners, views_voices, views_waiting

urlpatterns = [
    path("", include("preau.news.urls_articles")),
    path("", include("preau.news.urls_newsletter")),
    path("", views.root, name="root"),
    path("language/<lang:language>/", views.switch_language, name="language"),
    path("<lang:language>/", views.home, name="home"),
    path("<lang:language>/courses/", views.course_list, name="courses"),
    path("<lang:language>/courses/<slug:course>/", views.course, name="course"),
    path("<lang:language>/courses/<slug:course>/wait/", views_waiting.wait, name="wait"),
    path("<lang:language>/courses/<slug:course>/wait/stop/", views_waiting.stop, name="wait_stop"),
    path("<lang:language>/courses/<slug:course>/<slug:edition>/new/", views_new.whats_new, name="whats_new"),
    path("<lang:language>/courses/<slug:course>/voice/", views_voices.voice, name="voice"),
    path("<lang:language>/courses/<slug:course>/voice/stop/", views_voices.take_back, name="voice_stop"),
    path("<lang:language>/partners/", views_partners.partners_page, name="partners"),
    path("sitemap.xml", views_found.site_map, name="site_map"),
    path("robots.txt", views_found.robots, name="robots"),
    path("waiting/<str:token>/", views_waiting.by_mail, name="waiting"),
    path("<lang:language>/legal/", views.legal, name="legal"),
    path("<lang:language>/accessibility/", views.accessibility, name="accessibility"),
]
