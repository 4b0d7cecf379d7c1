"""Forms of the account: what is asked at sign-up is the least that the MOOC needs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preau.accounts import countries
from preau.accounts.models import Person
from preau.common import languages
from preau.common.text import one_line
from preau.common.zones import ZONES


class SignUp(forms.Form):
    """Added to allauth's sign-up: the name that will stand on a certificate, and the zone that the browser tells."""

    name = forms.CharField(
        label=_("Your name, as it should stand on a certificate"),
        max_length=240,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_zone(self) -> str:
        zone = self.cleaned_data["zone"]
        return zone if zone in ZONES else ""

    def signup(self, request: HttpRequest, person: Person) -> None:
        person.name = self.cleaned_data["name"]
        person.zone = self.cleaned_data["zone"] or "Europe/Paris"
        person.language = get_language() or settings.LANGUAGE_CODE
        person.save(update_fields=["name", "zone", "language"])


def _spoken() -> list[tuple[str, str]]:
    return [(code, languages.named(code)) for code in languages.SPOKEN]


class Profile(forms.ModelForm[Person]):
    """What a person says of themself, and how dates are shown to them."""

    name = forms.CharField(
        label=_("Name"),
        max_length=240,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As it should stand on a certificate; others see it beside what you write."),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries.choices,
        required=False,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in sorted(ZONES)])
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    reads = forms.MultipleChoiceField(
        label=_("Languages that I read"),
        choices=_spoken,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Copies to assess and messages of others are offered to you in these."),
    )

    class Meta:
        model = Person
        fields = ["name", "country", "zone", "language"]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class Messages(forms.Form):
    """How often each kind of message comes; `kinds` as from `mail.queries.cadences`. Transactional ones are not asked
    about."""

    CADENCES = (("now", _("At once")), ("daily", _("Once a day")), ("weekly", _("Once a week")), ("off", _("Never")))

    def __init__(self, *args: Any, kinds: Iterable[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in kinds:
            kind = row["kind"]
            if not kind.transactional:
                field = forms.ChoiceField(label=kind.title, choices=self.CADENCES, initial=row["cadence"])
                self.fields[kind.name] = field

    def chosen(self) -> dict[str, str]:
        """{kind: cadence}, clean."""
        return {name: self.cleaned_data[name] for name in self.fields}


class Erase(forms.Form):
    """Erasure asks for the address again: the one thing that a passer-by at an open screen would have to know."""

    email = forms.EmailField(label=_("Type your e-mail address to confirm"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.strip().lower() != self.person.email.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return email
