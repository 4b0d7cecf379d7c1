from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out

from preau.content import edition_cookie


class Content(AppConfig):
    name = "preau.content"
    label = "content"

    def ready(self) -> None:
        user_logged_out.connect(edition_cookie.note_sign_out, dispatch_uid="content")
