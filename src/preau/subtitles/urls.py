from django.urls import URLPattern, URLResolver, include, path, re_path

from preau.subtitles import views, views_history, views_people, views_translating, views_videos

TRACK: list[URLPattern] = [
    path("", views.transcript, name="subtitles_transcript"),
    path("mine/", views_people.mine, name="subtitles_mine"),
    path("cue/<slug:key>/", views_people.cue, name="subtitles_cue"),
    path("cue/<slug:key>/suggest/", views_people.suggest, name="subtitles_suggest"),
    path("cue/<slug:key>/note/", views_people.note, name="subtitles_note"),
    path("suggestions/", views_history.suggestions, name="subtitles_suggestions"),
    path("history/", views_history.revisions, name="subtitles_history"),
    path("history/<int:revision>/", views_history.revision, name="subtitles_revision"),
    path("history/<int:revision>/revert/", views_history.revert, name="subtitles_revert"),
    path("reviewed/", views_history.reviewed, name="subtitles_reviewed"),
    path("translate/", views_translating.translate, name="subtitles_translate"),
    path("translate/<slug:key>/", views_translating.line, name="subtitles_line"),
]
VIDEO: list[URLPattern | URLResolver] = [
    path("mine/", views_people.place, name="subtitles_place"),
    path("position/", views_people.position, name="subtitles_position"),
    path("suggestion/<uuid:suggestion>/", views_people.suggestion, name="subtitles_suggestion"),
    path("suggestion/<uuid:suggestion>/support/", views_people.support, name="subtitles_support"),
    path("suggestion/<uuid:suggestion>/decide/", views_people.decide, name="subtitles_decide"),
    path("suggestion/<uuid:suggestion>/rebase/", views_people.rebase, name="subtitles_rebase"),
    path("suggestion/<uuid:suggestion>/withdraw/", views_people.withdraw, name="subtitles_withdraw"),
    re_path(r"^(?P<language>[a-z][a-z0-9-]{1,7})\.(?P<kind>vtt|srt|txt)$", views.file, name="subtitles_file"),
    re_path(r"^(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,4})?)/", include(TRACK)),
]
urlpatterns = [
    path("e/<slug:edition>/videos/", views_videos.videos, name="subtitles_videos"),
    path("e/<slug:edition>/videos/thanks/", views_history.thanks, name="subtitles_thanks"),
    path("e/<slug:edition>/video/<uuid:video>/", include(VIDEO)),
]
