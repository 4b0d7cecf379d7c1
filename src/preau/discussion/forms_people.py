"""Forms of what people show of themselves: they read and judge; `profiles` and `meeting` write."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from preau.accounts import countries
from preau.common import languages
from preau.discussion import naming, profiles, rules, words
from preau.discussion.forms import Message
from preau.discussion.profiles import Profile

NOTHING_SAID = gettext_lazy("I prefer not to say")


def _countries() -> list[tuple[str, Any]]:
    return [("", NOTHING_SAID), *countries.named(get_language() or "fr")]


def _fields() -> list[tuple[str, Any]]:
    return [("", NOTHING_SAID), *((key, words.said(words.FIELDS, key)) for key in rules.FIELDS)]


def _languages() -> list[tuple[str, str]]:
    return [(code, words.spoken(code, get_language() or "fr")) for code in languages.SPOKEN]


class Shown(forms.Form):
    """What others see of somebody."""

    name = forms.CharField(
        label=gettext_lazy("Name that others see"),
        max_length=naming.LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=_countries, required=False)
    field = forms.ChoiceField(label=gettext_lazy("What you do"), choices=_fields, required=False)
    job = forms.CharField(
        label=gettext_lazy("Your job, in your words"),
        max_length=profiles.LONGEST_JOB,
        required=False,
        help_text=gettext_lazy("For example: nurse in a village hospital."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why you are here"),
        max_length=profiles.LONGEST_WHY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosave": "", "maxlength": profiles.LONGEST_WHY}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you speak"),
        choices=_languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def profile(self) -> Profile:
        """What was said, clean by form."""
        said = self.cleaned_data
        return Profile(said["name"], said["country"], said["field"], said["job"], said["why"], tuple(said["languages"]))


class Introduction(Shown, Message):
    """A profile with a first message."""

    field_order = ("name", "country", "field", "job", "why", "languages", "text", "attached", "agree")
