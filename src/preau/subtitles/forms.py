"""What people type about a subtitle."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from preau.subtitles import rules, words
from preau.subtitles.models import Suggestion
from preau.subtitles.suggesting import Given
from preau.subtitles.translating import Typed

MADE = [kind for kind in Suggestion.Kind if kind != Suggestion.Kind.LINE]


class Moment(forms.Field):
    """A moment of the video, as people write it: 1:02.5; milliseconds."""

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        try:
            return rules.read_time(typed) if typed else None
        except rules.Nonsense as nonsense:
            raise forms.ValidationError(words.refusal(nonsense.reason)) from nonsense


class Suggest(forms.Form):
    """One of the kinds of suggestion; the fields of the others stay empty."""

    kind = forms.ChoiceField(choices=[(kind, words.KINDS[kind]) for kind in MADE])
    base = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    text = forms.CharField(required=False, max_length=4 * rules.LONGEST_TEXT, strip=False)
    second = forms.CharField(required=False, max_length=4 * rules.LONGEST_TEXT, strip=False)
    start, end, at = (Moment(required=False) for _ in range(3))
    comment = forms.CharField(required=False, max_length=rules.LONGEST_COMMENT)

    def given(self) -> Given:
        """What is asked for."""
        said = self.cleaned_data
        return Given(
            **{name: said[name] for name in ("kind", "base", "text", "second", "start", "end", "at", "comment")}
        )


class Line(forms.Form):
    """A line of a translation."""

    text = forms.CharField(
        label=gettext_lazy("Translation"), required=False, max_length=4 * rules.LONGEST_TEXT, strip=False
    )
    base = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    of = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def typed(self, *, propose: bool) -> Typed:
        """What is asked for."""
        said = self.cleaned_data
        return Typed(said["text"], said["base"], said["of"], propose)
