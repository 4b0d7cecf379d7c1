"""Forms of former editions: they read and judge; the actions write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from preau.courses.models import Course
from preau.past import values, words
from preau.past.values import Bad


class Address(forms.CharField):
    """An address as files of former editions are read."""

    def clean(self, value: Any) -> str:
        return _read(values.email, super().clean(value))


class Number(forms.CharField):
    """A student's number, the same way."""

    def clean(self, value: Any) -> str:
        return _read(values.number, super().clean(value))


def _read(read: Any, text: str) -> str:
    try:
        return str(read(text))
    except Bad as error:
        raise ValidationError(words.sentence(error.code, error.values)) from error


class Claim(forms.Form):
    """What somebody remembers of the edition that they took part in."""

    course = forms.ChoiceField(label=gettext_lazy("Course"))
    edition = forms.IntegerField(
        label=gettext_lazy("Edition"),
        min_value=1,
        max_value=values.LATEST_EDITION,
        help_text=gettext_lazy("Its number; if you do not remember, your best guess."),
    )
    name = forms.CharField(label=gettext_lazy("The name that you had then"), max_length=values.LONGEST_NAME)
    email = Address(
        label=gettext_lazy("The e-mail address that you had then"), required=False, max_length=values.LONGEST_EMAIL
    )
    number = Number(label=gettext_lazy("Or your student number"), required=False, max_length=values.LONGEST_NUMBER)

    def __init__(self, *args: Any, courses: Sequence[Course], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["course"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.slug, row.title(language)) for row in courses]
        if len(courses) == 1:
            field.initial, field.widget = courses[0].slug, forms.HiddenInput()
        self.by_slug = {row.slug: row for row in courses}

    @property
    def course_row(self) -> Course:
        """The course that was chosen."""
        return self.by_slug[self.cleaned_data["course"]]
