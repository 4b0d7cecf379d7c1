"""Every address of the site: each room brings its own."""

from django.urls import include, path

from preau.config import views_operator, watching

urlpatterns = [
    path("", include("preau.quizzes.urls")),  # what learners ask most often stands first: patterns are tried in turn
    path("", include("preau.content.urls")),
    path("", include("preau.home.urls")),
    path("", include("preau.grades.urls")),
    path("", include("preau.courses.urls")),
    path("", include("preau.past.urls")),
    path("", include("preau.news.urls")),
    path("", include("preau.peer.urls")),
    path("", include("preau.subtitles.urls")),
    path("", include("preau.discussion.urls")),
    path("", include("preau.support.urls")),
    path("", include("preau.exams.urls")),
    path("", include("preau.certificates.urls")),
    path("desk/operator/", views_operator.page, name="operator"),  # before the desk, where a name there is an edition's
    path("desk/operator/tasks/<uuid:task>/", views_operator.run_again, name="operator_task"),
    path("desk/operator/mail/", views_operator.send_again, name="operator_mail"),
    path("desk/", include("preau.desk.urls")),
    path("accounts/", include("preau.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("mail/", include("preau.mail.urls")),
    path("health", watching.health, name="health"),
    path("metrics", watching.exposition, name="metrics"),
]
