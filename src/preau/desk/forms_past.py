"""Forms of former editions at the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.past.models import Source

LARGEST = 10_000_000  # bytes, which take some seconds; larger files come in by the command


class File(forms.Form):
    """A CSV, and where it is from."""

    file = forms.FileField(label=gettext_lazy("The CSV"), help_text=gettext_lazy("10 MB at most."))
    origin = forms.CharField(
        label=gettext_lazy("Where it is from"),
        max_length=300,
        help_text=gettext_lazy("Public pages say it beside their figures: “Unow, export of March 2017”."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it holds"),
        choices=[
            (Source.Kind.PEOPLE, gettext_lazy("people and their results")),
            (Source.Kind.TOTALS, gettext_lazy("figures of editions")),
        ],
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST:
            raise forms.ValidationError(_("Larger than 10 MB: whoever runs the site brings it in by the command."))
        return found


class Withdraw(forms.Form):
    """Why a file is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason, kept in the journal"), max_length=300)


class Find(forms.Form):
    """Who is looked for."""

    who = forms.CharField(
        label=gettext_lazy("E-mail, student number or code of a certificate"), max_length=254, required=False
    )
