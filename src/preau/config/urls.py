"""Every address of the site: each room brings its own."""

from django.urls import include, path

from preau.config import health

urlpatterns = [
    path("", include("preau.quizzes.urls")),  # what learners ask most often stands first: patterns are tried in turn
    path("", include("preau.content.urls")),
    path("", include("preau.home.urls")),
    path("", include("preau.grades.urls")),
    path("", include("preau.courses.urls")),
    path("", include("preau.news.urls")),
    path("", include("preau.peer.urls")),
    path("", include("preau.certificates.urls")),
    path("desk/", include("preau.desk.urls")),
    path("accounts/", include("preau.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("health", health.health, name="health"),
]
