"""What is asked of who claims credits: no more than a school's register needs."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.accounts import countries
from preau.certificates.claiming import Civil
from preau.common.text import one_line

YOUNGEST, OLDEST = 10, 120  # years: anything else is a slip


def text(label: Any, length: int, autocomplete: str, **more: Any) -> forms.CharField:
    """One line of text that the browser may fill in."""
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=length, widget=widget, **more)


class Claim(forms.Form):
    """Who somebody is, as their identity document says."""

    birth_name = text(
        gettext_lazy("Birth name"),
        120,
        "family-name",
        help_text=gettext_lazy("The family name that you were given at birth, as your identity document has it."),
    )
    given_names = text(
        gettext_lazy("Given names"), 160, "given-name", help_text=gettext_lazy("All of them, in the same order.")
    )
    born_on = forms.DateField(
        label=gettext_lazy("Date of birth"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    birth_place = text(gettext_lazy("Town of birth"), 120, "off")
    birth_country = forms.ChoiceField(label=gettext_lazy("Country of birth"), choices=countries.choices)
    student_number = text(
        gettext_lazy("Student number, if you have one"),
        40,
        "off",
        required=False,
        help_text=gettext_lazy("The one of the school that gives the credits; leave it empty otherwise."),
    )

    def clean_birth_name(self) -> str:
        return self._name("birth_name")

    def clean_given_names(self) -> str:
        return self._name("given_names")

    def clean_birth_place(self) -> str:
        return self._name("birth_place")

    def clean_student_number(self) -> str:
        return one_line(self.cleaned_data["student_number"])

    def _name(self, field: str) -> str:
        said = one_line(self.cleaned_data[field])
        if not any(letter.isalpha() for letter in said):
            raise forms.ValidationError(_("Write it in letters, in any script."))
        return said

    def clean_born_on(self) -> date:
        born, today = self.cleaned_data["born_on"], timezone.localdate()
        assert isinstance(born, date)
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if born > today:
            raise forms.ValidationError(_("This day has not come yet: check the year."))
        if not YOUNGEST <= age <= OLDEST:
            raise forms.ValidationError(_("This would be an age of {n}: check the year.").format(n=age))
        return born

    def civil(self) -> Civil:
        """What was said."""
        return Civil(**self.cleaned_data)
