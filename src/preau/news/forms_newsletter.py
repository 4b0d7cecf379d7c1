"""The form of the newsletter: it reads and judges; `subscribing` writes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.courses.models import Course
from preau.news import segments
from preau.news.subscribing import Wish


class Subscribe(forms.Form):
    """What is asked for; `address`: is one asked for? `age`: has one still to say that one is old enough?"""

    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    course = forms.ChoiceField(label=gettext_lazy("News of"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("In which language"), choices=settings.LANGUAGES)
    zone = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-zone": ""}))
    age = forms.BooleanField(
        label_suffix="",
        label=gettext_lazy("I am 15 or over"),
        error_messages={"required": gettext_lazy("The newsletter is for people who are 15 or over.")},
    )

    def __init__(
        self, data: Any = None, *, language: str, initial: dict[str, Any], address: bool, age: bool = True
    ) -> None:
        super().__init__(data, initial=initial, auto_id="newsletter-%s")
        field = self.fields["course"]
        assert isinstance(field, forms.ChoiceField)
        choices = segments.courses(language)
        kept = initial.get("course", "")
        if kept and kept not in dict(choices):  # what one chose once stays one's choice
            choices += [(course.slug, course.title(language)) for course in Course.objects.filter(slug=kept)]
        field.choices = [("", _("All courses")), *choices]
        if not address:
            del self.fields["address"]
        if not age:
            del self.fields["age"]

    def wish(self) -> Wish:
        """What was asked for, clean."""
        said = self.cleaned_data
        course = Course.objects.filter(slug=said["course"]).first() if said["course"] else None
        return Wish(said["language"], course, said["zone"])
