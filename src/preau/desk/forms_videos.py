"""A subtitle file for a video, at the desk."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy


class Subtitles(forms.Form):
    """Which video, in which language, the file, and whether a machine wrote it."""

    video = forms.ChoiceField(label=gettext_lazy("Video"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    file = forms.FileField(label=gettext_lazy("File (.vtt, .srt, .sbv)"), allow_empty_file=True)
    automatic = forms.BooleanField(
        label=gettext_lazy("A machine wrote it, and nobody has reviewed it"), label_suffix="", required=False
    )

    def __init__(self, *args: Any, videos: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["video"], forms.ChoiceField)
        self.fields["video"].choices = videos


class Film(forms.Form):
    """Which unit, and the file of its video."""

    unit = forms.ChoiceField(label=gettext_lazy("Page"))
    film = forms.FileField(label=gettext_lazy("Video file (MP4, MOV, WebM, MKV…)"), allow_empty_file=True)
    force = forms.CharField(
        label=gettext_lazy("A deadline is near. Why this cannot wait, kept in the journal"),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["unit"], forms.ChoiceField)
        self.fields["unit"].choices = units
