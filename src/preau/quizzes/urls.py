from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.quizzes import views

urlpatterns = [
    path("e/<slug:edition>/me/<lang:language>/<slug:module>/<slug:unit>/start/", views.start, name="quiz_start"),
    path("e/<slug:edition>/me/quiz/<uuid:attempt>/close/", views.close, name="quiz_close"),
    path("e/<slug:edition>/me/quiz/<uuid:attempt>/<uuid:question>/", views.answer, name="quiz_answer"),
]
