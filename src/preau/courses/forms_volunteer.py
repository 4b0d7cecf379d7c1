"""Forms of those who help: they read and judge; `volunteering` writes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from preau.common.text import clean
from preau.courses.volunteering import Application

LONGEST = 4000


class Apply(forms.Form):
    """What somebody offers."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which you can help"), widget=forms.CheckboxSelectMultiple
    )
    motivation = forms.CharField(
        label=gettext_lazy("Why you would like to help, in a few sentences"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "data-autosave": ""}),
    )

    def __init__(self, *args: Any, languages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["languages"], languages)

    def said(self) -> Application:
        """What was said, once valid."""
        data = self.cleaned_data
        return Application(tuple(sorted(data["languages"])), clean(data["motivation"]).strip())


class Hour(forms.Form):
    """An hour of the week in the reader's own zone, and the language held in it."""

    weekday = forms.TypedChoiceField(label=gettext_lazy("Day"), coerce=int)
    hour = forms.TypedChoiceField(label=gettext_lazy("Hour, where you are"), coerce=int)
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(
        self,
        *args: Any,
        days: Iterable[tuple[int, str]],
        hours: Iterable[tuple[int, str]],
        languages: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["weekday"], days)
        _choose(self.fields["hour"], hours)
        _choose(self.fields["language"], languages)


def _choose(field: forms.Field, choices: Iterable[tuple[Any, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
