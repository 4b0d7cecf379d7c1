"""Forms of deadline night: some hours more, an incident."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common import languages
from preau.common.text import one_line
from preau.content.outline import Outline, UnitFacts
from preau.courses import grouping
from preau.courses.models import Edition, Postponement
from preau.courses.postponing import Scope
from preau.desk import deadlines
from preau.desk.forms import LocalTime, ZonedForm, named_countries

MOST = 336  # hours: two weeks


class Deadline(ZonedForm):
    """Which deadlines are put off, for whom, by how much, why."""

    unit = forms.ChoiceField(label=gettext_lazy("Which deadline"), required=False)
    since = LocalTime(label=gettext_lazy("Or everything due from"), required=False)
    until = LocalTime(label=gettext_lazy("to"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("For whom"))
    hours = forms.IntegerField(label=gettext_lazy("How many hours more"), min_value=1, max_value=MOST)
    reason = forms.CharField(label=gettext_lazy("Reason, read by those it concerns"), max_length=300)
    tell = forms.BooleanField(
        label_suffix="",
        label=gettext_lazy("Tell them by mail at once, each in their language"),
        required=False,
        initial=True,
    )

    def __init__(
        self, *args: Any, edition: Edition, outline: Outline, countries: Iterable[str], language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, zone=edition.zone_info, **kwargs)
        self.outline = outline
        dated = sorted((u for u in outline.units() if u.due), key=lambda u: (u.due or outline.closes_at, u.position))
        units = [("", _("Everything due between the two dates below")), *((u.key, u.title) for u in dated)]
        assert isinstance(self.fields["unit"], forms.ChoiceField)
        self.fields["unit"].choices = units
        assert isinstance(self.fields["who"], forms.ChoiceField)
        self.fields["who"].choices = [
            (str(Postponement.Scope.ALL), _("Everybody: the date itself moves")),
            *parts(edition, countries, language),
        ]

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    def clean(self) -> None:
        said = self.cleaned_data
        if not said.get("unit") and not (said.get("since") and said.get("until")) and not self.errors:
            self.add_error("unit", _("Choose an activity, or both dates."))
        elif not self.errors and not self.units():
            self.add_error("since", _("No deadline lies between these dates."))

    def units(self) -> list[UnitFacts]:
        """The units whose deadline is meant."""
        said = self.cleaned_data
        return deadlines.chosen(self.outline, said["unit"], said["since"], said["until"])

    def scope(self) -> Scope:
        """For whom."""
        return scope_of(self.cleaned_data["who"])


class ConfirmedDeadline(Deadline):
    """The same, with the revision that the edition had when it was looked at."""

    revision = forms.IntegerField(min_value=0)


def scope_of(who: str) -> Scope:
    """For whom a choice of `parts` is."""
    kind, _colon, value = who.partition(":")
    return Scope(kind, value)


def parts(edition: Edition, countries: Iterable[str], language: str) -> list[Any]:
    """The parts of an edition's learners that can be meant at once, as choices."""
    scope, tracks = Postponement.Scope, edition.tracks.order_by("position")
    groups = [(f"{scope.GROUP}:{one.pk}", one.name) for one in grouping.of_edition(edition)]
    return [
        (_("A track"), [(f"{scope.TRACK}:{track.key}", track.title(language)) for track in tracks]),
        (_("A country"), [(f"{scope.COUNTRY}:{code}", name) for code, name in named_countries(countries, language)]),
        *([(_("A group"), groups)] if groups else []),
    ]


class Incident(forms.Form):
    """What people should know of, in every language of the site."""

    everywhere = forms.BooleanField(label_suffix="", label=gettext_lazy("It concerns the whole site"), required=False)

    def __init__(self, *args: Any, administers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not administers:
            del self.fields["everywhere"]
        for code, _name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("What happens, in {language}").format(language=languages.named(code)),
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500, "lang": code}),
            )

    def texts(self) -> dict[str, str]:
        """The text by language."""
        return {code: one_line(self.cleaned_data[f"text_{code}"]) for code, _name in settings.LANGUAGES}
