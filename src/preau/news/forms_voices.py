"""The form of what a learner says of a course."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preau.accounts.models import Person
from preau.common.text import clean, one_line
from preau.news.models import Testimonial
from preau.news.voices import Words


class Voice(forms.Form):
    """In a few lines; nothing is agreed to before the box is ticked."""

    text = forms.CharField(
        label=_("What did this course bring you?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5, "data-autosave": ""}),
        help_text=_("A few lines, as you would tell a friend: what you do otherwise now, what was hard, what helped."),
    )
    name = forms.CharField(label=_("The name to show"), max_length=120, help_text=_("A first name is enough."))
    about = forms.CharField(
        label=_("What you do, and where"), max_length=120, required=False, help_text=_("If you wish: “nurse, Dakar”.")
    )
    agreed = forms.BooleanField(label=_("I agree"))

    def clean_text(self) -> str:
        return self._kept(clean(self.cleaned_data["text"]).strip())

    def clean_name(self) -> str:
        return self._kept(one_line(self.cleaned_data["name"]))

    @staticmethod
    def _kept(text: str) -> str:
        if not text:  # of characters that nobody sees
            raise forms.ValidationError(forms.Field.default_error_messages["required"], code="required")
        return text

    def words(self, language: str) -> Words:
        """What was typed, clean."""
        said = self.cleaned_data
        return Words(said["text"], one_line(said["name"]), one_line(said["about"]), language)


def first(mine: Testimonial | None, person: Person) -> dict[str, Any]:
    """What stands in it before anything is typed."""
    if mine is None:
        return {"name": person.name.split(" ")[0] if person.name else ""}
    return {"text": mine.text, "name": mine.name, "about": mine.about}
