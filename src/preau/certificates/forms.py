"""Forms of one's own certificates: they read and judge; `sharing` and `correcting` write."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy

from preau.certificates.correcting import LONGEST_NAME, LONGEST_WHY
from preau.certificates.sharing import LONGEST_LABEL
from preau.common.text import one_line


class Share(forms.Form):
    """For whom a link is, and the last day on which it opens."""

    label = forms.CharField(label=gettext_lazy("For whom, in your own words"), max_length=LONGEST_LABEL, required=False)
    until = forms.DateField(
        label=gettext_lazy("Last day (none: until you end it)"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def ends(self, zone: ZoneInfo) -> datetime | None:
        """The end of that day, where its holder lives."""
        last = self.cleaned_data["until"]
        if last is None or last.year > 9000:
            return None
        return datetime.combine(last + timedelta(days=1), time(), zone)


class Name(forms.Form):
    """The name as it should stand on a certificate."""

    name = forms.CharField(
        label=gettext_lazy("The name as it should stand on it"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    why = forms.CharField(
        label=gettext_lazy("Why, for the school: a typing mistake, a name that changed (if you like)"),
        max_length=LONGEST_WHY,
        required=False,
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])
