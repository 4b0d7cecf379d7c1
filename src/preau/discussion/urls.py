from django.urls import include, path

from preau.discussion import views

SPACE = [
    path("", views.space, name="discussion"),
    path("room/<slug:room>/", views.room, name="discussion_room"),
    path("room/<slug:room>/new/", views.new, name="discussion_new"),
    path("thread/<uuid:thread>/", views.thread, name="discussion_thread"),
    path("thread/<uuid:thread>/after/<int:number>/", views.after, name="discussion_after"),
    path("post/<uuid:post>/", views.post, name="discussion_post"),
    path("post/<uuid:post>/thank/", views.thank, name="discussion_thank"),
    path("post/<uuid:post>/reveal/", views.reveal, name="discussion_reveal"),
    path("post/<uuid:post>/accept/", views.accept, name="discussion_accept"),
    path("post/<uuid:post>/edit/", views.edit, name="discussion_edit"),
    path("post/<uuid:post>/delete/", views.delete, name="discussion_delete"),
    path("post/<uuid:post>/restore/", views.restore, name="discussion_restore"),
    path("post/<uuid:post>/file/<int:number>/", views.file, name="discussion_file"),
]
urlpatterns = [
    path("e/<slug:edition>/discussion/", include(SPACE)),
    path("commons/<slug:course>/", include(SPACE)),
]
