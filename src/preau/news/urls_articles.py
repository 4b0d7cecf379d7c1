from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.news import views_articles

urlpatterns = [
    path("<lang:language>/news/", views_articles.articles, name="articles"),
    path("<lang:language>/news/feed.atom", views_articles.atom, name="articles_feed"),
    path("<lang:language>/news/<slug:slug>/", views_articles.article, name="article"),
    path("<lang:language>/search/", views_articles.search, name="search"),
]
