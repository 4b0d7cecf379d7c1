from django.urls import path

from preau.common import converters  # noqa: F401  registers <lang:…>
from preau.desk import (
    views,
    views_awards,
    views_courses,
    views_grading,
    views_learners,
    views_preview,
    views_roles,
)

urlpatterns = [
    path("", views.editions, name="desk"),
    path("courses/<slug:course>/", views_courses.course, name="desk_course"),
    path("courses/<slug:course>/upload/", views_courses.upload, name="desk_upload"),
    path("courses/<slug:course>/upload/<uuid:token>/", views_courses.confirm, name="desk_confirm"),
    path("courses/<slug:course>/new/", views_courses.new_edition, name="desk_new_edition"),
    path("<slug:edition>/", views.overview, name="desk_overview"),
    path("<slug:edition>/publish/", views.publish, name="desk_publish"),
    path("<slug:edition>/print/", views.print_version, name="desk_print"),
    path("<slug:edition>/dates/<uuid:milestone>/", views.move_date, name="desk_date"),
    path("<slug:edition>/learners/", views_learners.learners, name="desk_learners"),
    path("<slug:edition>/learners.csv", views_learners.sheet, name="desk_sheet"),
    path("<slug:edition>/learners/<uuid:enrolment>/", views_learners.learner, name="desk_learner"),
    path("<slug:edition>/grading/", views_grading.assignments, name="desk_grading"),
    path("<slug:edition>/grading/<slug:unit>/", views_grading.queue, name="desk_queue"),
    path("<slug:edition>/grading/<slug:unit>/<uuid:submission>/", views_grading.copy, name="desk_copy"),
    path("<slug:edition>/preview/", views_preview.first, name="desk_preview_first"),
    path("<slug:edition>/preview/<lang:language>/<slug:unit>/", views_preview.preview, name="desk_preview"),
    path("<slug:edition>/roles/", views_roles.roles, name="desk_roles"),
    path("<slug:edition>/roles/<uuid:role>/", views_roles.take, name="desk_role"),
    path("<slug:edition>/awards/", views_awards.awards, name="desk_awards"),
    path("<slug:edition>/awards/derive/", views_awards.derive, name="desk_derive"),
    path("<slug:edition>/awards/give/", views_awards.award, name="desk_award"),
]
