"""Forms of the public site: they read and judge; the actions write."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.news.waiting import Wish


class Wait(forms.Form):
    """To be told when enrolment opens; `address`: is one asked for?"""

    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    track = forms.ChoiceField(label=gettext_lazy("Which track"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("In which language"), choices=settings.LANGUAGES)
    zone = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-zone": ""}))

    def __init__(
        self,
        data: Any = None,
        *,
        tracks: Iterable[tuple[str, str]],
        initial: dict[str, Any],
        address: bool,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="wait-%s")
        field = self.fields["track"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Any")), *tracks]
        if not address:
            del self.fields["address"]

    def wish(self) -> Wish:
        """What was asked for, clean."""
        said = self.cleaned_data
        return Wish(said["track"], said["language"], said["zone"])
