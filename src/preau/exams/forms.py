"""Forms of the sheet: they read and judge; `recording` writes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.courses import dates
from preau.exams import recording, words
from preau.exams.models import Seat


class Happened(forms.Form):
    """An incident: what, of whom, when. The time is of the day on which it is written down, unless a day is said."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    text = forms.CharField(
        label=gettext_lazy("What happened: facts, no diagnosis"),
        max_length=recording.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": recording.LONGEST}),
    )
    at = forms.CharField(
        label=gettext_lazy("When"), max_length=16, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.fields["at"].initial = zone, f"{localtime(now, zone):%Y-%m-%dT%H:%M}"
        assert isinstance(self.fields["kind"], forms.ChoiceField)
        self.fields["kind"].choices = [("", "–"), *((key, _(name)) for key, name in words.KINDS.items())]

    def clean_at(self) -> datetime:
        try:
            local = datetime.fromisoformat(self.cleaned_data["at"].strip())
            return dates.instant_of(local.replace(tzinfo=None), self.zone)
        except (ValueError, dates.BadDate) as error:
            raise forms.ValidationError(_("A date is written like 2027-03-14 23:59.")) from error


class Identity(forms.Form):
    """What came of looking at somebody's document."""

    identity = forms.ChoiceField(label=gettext_lazy("Identity"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Note, for a doubt or where it was not possible"), max_length=300, required=False
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identity"].initial, self.fields["note"].initial = seat.identity, seat.identity_note
        assert isinstance(self.fields["identity"], forms.ChoiceField)
        self.fields["identity"].choices = [(key, _(name)) for key, name in words.IDENTITY.items()]


class Close(forms.Form):
    """The name under the sheet."""

    name = forms.CharField(label=gettext_lazy("Your name, as the signature"), max_length=120)
    rest_absent = forms.BooleanField(
        label=gettext_lazy("Mark as absent everybody for whom nothing is marked"), required=False
    )
