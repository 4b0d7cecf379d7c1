"""Forms of an edition's register: claims of credits, columns, what is exported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from preau.certificates import registers
from preau.certificates.models import CreditClaim
from preau.certificates.registers import Chosen, Column
from preau.common.text import one_line
from preau.desk.register import Register

COLUMN_PARTS = {"show": gettext_lazy("Show"), "place": gettext_lazy("Place"), "heading": gettext_lazy("Heading")}


class Claims(forms.Form):
    """Which claims are shown. A field that makes no sense is passed over."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            (CreditClaim.State.ASKED, gettext_lazy("To decide")),
            (CreditClaim.State.ACCEPTED, gettext_lazy("Accepted")),
            (CreditClaim.State.REFUSED, gettext_lazy("Refused")),
            ("all", gettext_lazy("All")),
        ],
    )
    q = forms.CharField(label=gettext_lazy("Name or code"), required=False, max_length=100)

    def asked(self) -> tuple[str, str]:
        """The state (empty: all) and the words."""
        self.is_valid()
        said = self.cleaned_data
        state = said.get("state") or CreditClaim.State.ASKED
        return ("" if state == "all" else state), said.get("q") or ""


class Refuse(forms.Form):
    """Why a claim is not accepted."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, read by the learner"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        help_text=gettext_lazy("Say what to correct; do not write their date or place of birth: it goes by mail."),
    )

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


class Layout(forms.Form):
    """Which columns a course's register has, in which order, under which headings."""

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = register.known
        places = {one.column.key: (place, one.heading) for place, one in enumerate(register.columns, 1)}
        for column in self.known:
            place, heading = places.get(column.key, (None, ""))
            self._add("show", column, forms.BooleanField, initial=place is not None)
            self._add("place", column, forms.IntegerField, initial=place, min_value=1, max_value=999)
            self._add("heading", column, forms.CharField, initial=heading, max_length=registers.LONGEST_HEADING)

    def _add(self, name: str, column: Column, kind: type[forms.Field], **more: Any) -> None:
        field = kind(required=False, label=f"{COLUMN_PARTS[name]}: {column.heading}", **more)
        field.widget.attrs["aria-label"] = field.label
        if name == "heading":
            field.widget.attrs["placeholder"] = column.heading
        self.fields[f"{name}-{column.key}"] = field

    def rows(self) -> list[tuple[Column, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each column with its three fields, those that are shown first, in their order."""
        shown = sorted(self.known, key=lambda column: self[f"place-{column.key}"].initial or 1000)
        return [(one, self[f"show-{one.key}"], self[f"place-{one.key}"], self[f"heading-{one.key}"]) for one in shown]

    def chosen(self) -> list[Chosen]:
        """What was ticked, by its place; what has none comes last, in the order of the catalogue."""
        said = self.cleaned_data
        ticked = [column for column in self.known if said[f"show-{column.key}"]]
        ticked.sort(key=lambda column: said[f"place-{column.key}"] or 1000)
        return [Chosen(column, one_line(said[f"heading-{column.key}"])) for column in ticked]
