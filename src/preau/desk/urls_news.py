from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.desk import views_news

urlpatterns = [
    path("", views_news.listing, name="desk_news"),
    path("new/", views_news.new, name="desk_article_new"),
    path("<uuid:article>/", views_news.one, name="desk_article"),
    path("<uuid:article>/preview/<lang:code>/", views_news.preview, name="desk_article_preview"),
    path("<uuid:article>/publish/", views_news.publish, name="desk_article_publish"),
    path("<uuid:article>/unpublish/", views_news.unpublish, name="desk_article_unpublish"),
    path("<uuid:article>/put-back/", views_news.put_back, name="desk_article_put_back"),
    path("<uuid:article>/delete/", views_news.delete, name="desk_article_delete"),
]
