"""What is looked for, as an address says it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from preau.discussion import finding
from preau.discussion.models import Thread
from preau.discussion.search import Filters

ANY = ("", gettext_lazy("any"))


class Search(forms.Form):
    """Words and filters. What no list holds is left open: an address that somebody changed finds too much, not
    nothing."""

    q = forms.CharField(
        label=gettext_lazy("Search for"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": finding.LONGEST}),
    )
    order = forms.ChoiceField(
        label=gettext_lazy("First"),
        required=False,
        choices=[("", gettext_lazy("the newest")), ("best", gettext_lazy("the best"))],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[
            ANY,
            (Thread.Kind.QUESTION, gettext_lazy("questions")),
            (Thread.Kind.DISCUSSION, gettext_lazy("discussions")),
        ],
    )
    answered = forms.ChoiceField(
        label=gettext_lazy("Answer chosen"),
        required=False,
        choices=[ANY, ("yes", gettext_lazy("yes")), ("no", gettext_lazy("not yet"))],
    )
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    scope = forms.ChoiceField(label=gettext_lazy("Where to look"), required=False)

    def __init__(self, data: Mapping[str, str], *, rooms: Sequence[Mapping[str, Any]], in_edition: bool) -> None:
        super().__init__({**data, "q": finding.query(data.get("q", ""))})
        self._choose("room", [ANY, *((room["key"], room["name"]) for room in rooms)])
        here = gettext_lazy("this session") if in_edition else gettext_lazy("the community")
        places = [("", gettext_lazy("everywhere")), ("here", here), ("earlier", gettext_lazy("earlier sessions"))]
        self._choose("scope", [*places, *([("commons", gettext_lazy("the community"))] if in_edition else [])])
        self.full_clean()

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def value(self, name: str) -> str:
        """Of a field; "" when it was left open or holds what it cannot."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def words(self) -> str:
        return self.value("q")

    @property
    def filters(self) -> Filters:
        """What is looked for besides words."""
        answered = {"yes": True, "no": False}.get(self.value("answered"))
        kind, scope = self.value("kind"), self.value("scope")
        return Filters(room=self.value("room"), kind=kind, answered=answered, scope=scope)

    @property
    def filtered(self) -> bool:
        """Is anything but words looked for?"""
        return self.filters != Filters()
