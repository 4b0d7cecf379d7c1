"""Forms of time given to people: extra time, groups."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common.text import one_line
from preau.courses import extra_time, segments
from preau.courses.models import Edition
from preau.courses.postponing import Scope
from preau.desk import forms_deadline

USUAL = 33  # percent: « tiers temps »
LONGEST = 200_000  # characters pasted


class Day(forms.DateField):
    """A day, as a field of the browser's calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class ExtraTime(forms.Form):
    """How much more time, on which days, why."""

    percent = forms.IntegerField(
        label=gettext_lazy("Extra time, in percent (a third is 33)"),
        min_value=extra_time.LEAST,
        max_value=extra_time.MOST,
        initial=USUAL,
    )
    first = Day(label=gettext_lazy("From (first day)"))
    last = Day(label=gettext_lazy("To (last day)"))
    reason = forms.CharField(
        label=gettext_lazy("Reason, read by teachers and registrars of this edition and by the person: no diagnosis"),
        max_length=300,
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="extra_%s", **kwargs)  # beside another form with a reason

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    def terms(self) -> extra_time.Terms:
        """What is given."""
        return extra_time.Terms(**{name: self.cleaned_data[name] for name in ("percent", "first", "last", "reason")})

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is not before the first."))


class ExtraTimeForMany(ExtraTime):
    """The same, for a part of the learners."""

    who = forms.ChoiceField(label=gettext_lazy("For whom"))
    field_order = ("who",)

    def __init__(
        self, data: Any = None, *, edition: Edition, countries: Iterable[str], language: str, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        assert isinstance(self.fields["who"], forms.ChoiceField)
        self.fields["who"].choices = forms_deadline.parts(edition, countries, language)

    def scope(self) -> Scope:
        """For whom."""
        return forms_deadline.scope_of(self.cleaned_data["who"])


class Name(forms.Form):
    """What a group is called."""

    name = forms.CharField(label=gettext_lazy("Name of the group"), max_length=80)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class Paste(forms.Form):
    """E-mail addresses of people to add."""

    text = forms.CharField(
        label=gettext_lazy("E-mail addresses, one a line"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST, "spellcheck": "false"}),
        help_text=gettext_lazy("Lines of a spreadsheet do as well, when one column holds the addresses."),
    )


class Part(forms.Form):
    """A part of the learners, all of whom are added."""

    def __init__(self, *args: Any, edition: Edition, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for segment in segments.known():
            choices = segment.choices(edition, language)
            if choices:
                self.fields[f"segment-{segment.name}"] = forms.ChoiceField(
                    label=_(segment.title), choices=[("", "–"), *choices], required=False
                )

    def clean(self) -> None:
        if not self.errors and not self.chosen():
            raise forms.ValidationError(_("Choose at least one: nothing chosen would be everybody."))

    def chosen(self) -> list[dict[str, str]]:
        """What was chosen; all of it must hold."""
        said = self.cleaned_data
        return [{"segment": name.removeprefix("segment-"), "value": said[name]} for name in self.fields if said[name]]
