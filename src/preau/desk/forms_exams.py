"""Forms of sittings: made or changed, links for those who supervise, admissions to a second one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common.text import one_line
from preau.courses.models import Edition, Group, Institution
from preau.desk.forms import LocalTime, ZonedForm, local
from preau.desk.forms_time import LONGEST
from preau.exams import rules, words
from preau.exams.arranging import Plan
from preau.exams.models import Sitting as Row

LONG = {"rows": 3, "maxlength": 1000}
WHERE = (("online", gettext_lazy("Online")), ("site", gettext_lazy("On site, at a campus")))
ASKS = (
    ("", gettext_lazy("as usual: on site yes, online no")),
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
)


class Sitting(ZonedForm):
    """When, where, for how many."""

    where = forms.ChoiceField(
        label=gettext_lazy("Online or on site"), choices=WHERE, widget=forms.RadioSelect, initial="online"
    )
    opens_at = LocalTime(label=gettext_lazy("Opens: from then on a paper can be begun"))
    closes_at = LocalTime(label=gettext_lazy("Closes: every paper ends then, so leave room for those with extra time"))
    places = forms.IntegerField(
        label=gettext_lazy("Places (empty: as many as come)"), min_value=1, max_value=30_000, required=False
    )
    identity = forms.ChoiceField(label=gettext_lazy("Is identity checked?"), choices=ASKS, required=False)
    institution = forms.ChoiceField(label=gettext_lazy("Institution that receives"), required=False)
    place = forms.CharField(label=gettext_lazy("Campus or building (on site)"), max_length=120, required=False)
    room = forms.CharField(label=gettext_lazy("Room or hall"), max_length=80, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    directions = forms.CharField(
        label=gettext_lazy("How to get there"), max_length=1000, required=False, widget=forms.Textarea(attrs=LONG)
    )
    bring = forms.CharField(
        label=gettext_lazy("What to bring, beside an identity document"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs=LONG),
    )
    second = forms.BooleanField(
        label=gettext_lazy("A second sitting, for those whom the team admits with a reason"), required=False
    )

    def __init__(self, *args: Any, edition: Edition, made: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, zone=edition.zone_info, **kwargs)
        assert isinstance(self.fields["institution"], forms.ChoiceField)
        known = Institution.objects.order_by("name", "pk").values_list("pk", "name")
        self.fields["institution"].choices = [("", "–"), *((str(pk), name) for pk, name in known)]
        if made:
            del self.fields["second"]

    @classmethod
    def of(cls, row: Row) -> "Sitting":
        """The form of a sitting as it is."""
        zone = row.edition.zone_info
        plain = {name: getattr(row, name) for name in ("places", "place", "room", "address", "directions", "bring")}
        first = {
            "where": "site" if row.on_site else "online",
            "opens_at": local(row.opens_at, zone),
            "closes_at": local(row.closes_at, zone),
            "identity": "yes" if row.asks_identity else "no",
            "institution": str(row.institution_id or ""),
        }
        return cls(initial={**plain, **first}, edition=row.edition, made=True)

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("where") == "site" and not one_line(said.get("place", "")):
            self.add_error("place", words.said(words.UNFIT, rules.Unfit.NOWHERE))
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if isinstance(opens, datetime) and isinstance(closes, datetime) and closes <= opens:
            self.add_error("closes_at", words.said(words.UNFIT, rules.Unfit.ORDER))

    def plan(self) -> Plan:
        """What the sitting is to be."""
        said = self.cleaned_data
        site, asked = said["where"] == "site", said["identity"]
        names = ("opens_at", "closes_at", "places", "place", "address", "room", "directions", "bring")
        return Plan(
            on_site=site,
            asks_identity=site if not asked else asked == "yes",
            second=bool(said.get("second")),
            institution=UUID(said["institution"]) if said["institution"] else None,
            **{name: said[name] for name in names},
        )


class Cancel(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(label=gettext_lazy("Reason, read by those who have a place"), max_length=300)

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


class Link(forms.Form):
    """Who supervises."""

    name = forms.CharField(label=gettext_lazy("Name, as it stands under the sheet"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"), choices=settings.LANGUAGES)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


REASON = gettext_lazy("Reason, read by the person and by the jury: no diagnosis")


class Admit(forms.Form):
    """People to admit, by their addresses or as a group, and why."""

    text = forms.CharField(
        label=gettext_lazy("E-mail addresses, one a line"),
        max_length=LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST, "spellcheck": "false"}),
    )
    group = forms.ChoiceField(label=gettext_lazy("Or everybody in a group"), required=False)
    reason = forms.CharField(label=REASON, max_length=300)

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["group"], forms.ChoiceField)
        self.fields["group"].choices = [("", "–"), *((str(one.pk), one.name) for one in groups)]

    def clean(self) -> None:
        said = self.cleaned_data
        if not self.errors and bool(said.get("text", "").strip()) == bool(said.get("group")):
            raise forms.ValidationError(_("Paste addresses or choose a group: one of the two."))


class AdmitOne(forms.Form):
    """One learner, to one of the second sittings."""

    sitting = forms.ChoiceField(label=gettext_lazy("Second sitting"))
    reason = forms.CharField(label=REASON, max_length=300)

    def __init__(self, *args: Any, sittings: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["sitting"], forms.ChoiceField)
        self.fields["sitting"].choices = list(sittings)


class Mark(forms.Form):
    """Whether somebody came."""

    attendance = forms.ChoiceField(label=gettext_lazy("Presence"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["attendance"], forms.ChoiceField)
        self.fields["attendance"].choices = [(key, _(name)) for key, name in words.ATTENDANCE.items()]
