"""What the team rules on a question: the answers that a form can accept are those that a learner can give."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common.text import one_line
from preau.desk.forms import Revoke
from preau.quizzes import rules
from preau.quizzes.access import Asked
from preau.quizzes.marking import FIELD, PAIR_FIELD, Given

WITHDRAW = "withdraw"
KINDS = {
    "cancel": gettext_lazy("Cancel the question: it counts for nobody"),
    "also": gettext_lazy("Accept these answers too"),
    "right": gettext_lazy("These answers are right, and nothing else"),
    WITHDRAW: gettext_lazy("Withdraw what was decided: the key counts again"),
}
MOST = 20  # typed answers accepted at once


class Rule(Revoke):
    """`ruling()` is what was asked, None for a withdrawal."""

    kind = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    field_order = ("kind",)

    def __init__(self, data: Mapping[str, Any] | None, *, asked: Asked, standing: bool) -> None:
        super().__init__(data)
        self.asked = asked
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(key, name) for key, name in KINDS.items() if key != WITHDRAW or standing]
        reason = self.fields.pop("reason")
        reason.label = _("Reason, read by the learners")
        self.fields.update(self._answers())
        self.fields["reason"] = reason

    def _answers(self) -> dict[str, forms.Field]:
        question, label = self.asked.item.question, _("Right answers")
        if question.type == "matching":
            rights = [(str(place), question.pairs[place].right) for place in self._order()]
            return {
                f"{PAIR_FIELD}{n}": forms.ChoiceField(
                    label=pair.left.text, required=False, choices=[("", _("Choose")), *rights]
                )
                for n, pair in enumerate(rules.lefts(question))
            }
        if question.type in ("short", "numerical"):
            area = forms.Textarea(attrs={"rows": 3})
            help_text = _("One on each line.")
            if question.type == "numerical":
                help_text += " " + _("Each is accepted with the tolerance that the question has already.")
            return {FIELD: forms.CharField(label=label, required=False, widget=area, help_text=help_text)}
        choices = [("true", _("True")), ("false", _("False"))]
        if question.type != "truefalse":
            choices = [(str(n), self._shown(n)) for n in range(len(question.choices))]
        help_text = _("Together they are the one right answer.") if question.type == "multiple" else ""
        box = forms.CheckboxSelectMultiple
        return {
            FIELD: forms.MultipleChoiceField(
                label=label, required=False, choices=choices, widget=box, help_text=help_text
            )
        }

    def _order(self) -> Sequence[int]:
        return rules.shown_order(self.asked.item.question, None)

    def _shown(self, place: int) -> str:
        text = self.asked.item.question.choices[place].text
        return mark_safe(self.asked.questions.shown(text) or escape(text.text))

    def clean(self) -> None:
        said = self.cleaned_data
        said["values"] = []
        if said.get("kind") not in ("also", "right"):
            return
        try:
            said["values"] = self._values()
        except rules.Unreadable as error:
            name = FIELD if FIELD in self.fields else f"{PAIR_FIELD}0"
            self.add_error(name, self._why(error))

    def _why(self, error: rules.Unreadable) -> str:
        if error.reason == "the answer is not a number":
            return _("A line is not a number.")
        return _("Say which answer is right, as a learner would give it.")

    def _values(self) -> list[Given]:
        question, said = self.asked.item.question, self.cleaned_data
        if question.type == "matching":
            places = {str(source): str(place) for place, source in enumerate(self._order())}
            chosen = {name: [places.get(said.get(name, ""), "")] for name in said if name.startswith(PAIR_FIELD)}
            return [rules.parse_given(question, chosen)]
        given = said.get(FIELD) or []
        if isinstance(given, str):
            given = list(dict.fromkeys(line for line in map(one_line, given.splitlines()) if line))[:MOST]
        if question.type == "multiple":
            return [rules.parse_given(question, list(given))]
        if not given:
            raise rules.Unreadable("nothing was chosen")
        return [rules.parse_given(question, [value]) for value in given]

    def ruling(self) -> rules.Ruling | None:
        """What was asked, once the form is valid."""
        said = self.cleaned_data
        if said["kind"] == WITHDRAW:
            return None
        return rules.ruling_of(said["kind"], said["values"], said["reason"])

    def hidden(self) -> list[tuple[str, str]]:
        """What was sent, as hidden fields of the confirmation."""
        data: Any = self.data
        return [(name, value) for name in self.fields for value in data.getlist(name)]
