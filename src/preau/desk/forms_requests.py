"""Forms of the queue of requests: filters, answers, decisions, saved replies."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common import languages
from preau.content.outline import Outline
from preau.desk.forms import LocalTime, ZonedForm
from preau.support import rules, words
from preau.support.deciding import Decision
from preau.support.models import Request, SavedReply
from preau.support.queries import in_language


class Queue(forms.Form):
    """What of the queue is shown. A field that makes no sense is passed over, so that an old link still opens."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    mine = forms.BooleanField(label_suffix="", label=gettext_lazy("Mine only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(key, words.said(words.TEAM_STATES, key)) for key in Request.State.values]
        fill(self, "state", [("todo", _("To do")), *states, ("all", _("All"))])
        fill(self, "language", [("", _("All")), *settings.LANGUAGES])
        fill(self, "topic", [("", _("All")), *((key, words.said(words.TOPICS, key)) for key in words.TOPICS)])


class Answer(forms.Form):
    """What is answered, or noted for the team."""

    text = forms.CharField(
        label=gettext_lazy("Your answer, read by the learner"),
        max_length=rules.LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "data-autosave": ""}),
    )


class Note(forms.Form):
    """A note for the team."""

    text = forms.CharField(
        label=gettext_lazy("A note for the team only"),
        max_length=rules.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "id": "id_note"}),
    )


class Insert(forms.Form):
    """Which saved reply to begin the answer with."""

    saved = forms.ChoiceField(label=gettext_lazy("Begin with a saved reply"), required=False)

    def __init__(self, *args: Any, replies: Iterable[SavedReply], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "saved", [("", "–"), *((row.key, in_language(row, language)["title"]) for row in replies)])


class Decide(ZonedForm):
    """A decision; what each kind needs is asked for when it lacks."""

    what = forms.ChoiceField(label=gettext_lazy("Decision"))
    unit = forms.ChoiceField(label=gettext_lazy("Activity"), required=False)
    until = LocalTime(label=gettext_lazy("More time: until"), required=False)
    percent = forms.FloatField(
        label=gettext_lazy("Corrected result, out of 100"), required=False, min_value=0, max_value=100
    )
    name = forms.CharField(label=gettext_lazy("Corrected name"), required=False, max_length=120)
    reason = forms.CharField(label=gettext_lazy("Reason, told to the learner and kept in their record"), max_length=300)

    NEEDS = {
        "extension": ("unit", "until"),
        "excuse": ("unit",),
        "result": ("unit", "percent"),
        "withdrawal": ("unit",),
        "name": ("name",),
    }

    def __init__(self, *args: Any, row: Request, outline: Outline | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enrolled = row.enrolment is not None and outline is not None
        kinds = [key for key in words.DECISIONS if enrolled or key in {"name", "resend"}]
        fill(self, "what", [("", "–"), *((key, words.said(words.DECISIONS, key)) for key in kinds)])
        units = [unit for unit in outline.units() if unit.due or unit.weight] if enrolled and outline else []
        fill(self, "unit", [("", "–"), *((unit.key, unit.title) for unit in units)])
        self.initial.setdefault("unit", row.about.get("unit", ""))
        if not enrolled:
            for name in ("unit", "until", "percent"):
                del self.fields[name]

    def clean(self) -> None:
        for name in self.NEEDS.get(self.cleaned_data.get("what", ""), ()):
            if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
                self.add_error(name, _("This decision needs it."))

    def decision(self) -> Decision:
        """As the action takes it."""
        said = self.cleaned_data
        return Decision(
            what=said["what"],
            reason=said["reason"],
            unit=said.get("unit", ""),
            until=said.get("until"),
            percent=said.get("percent"),
            name=said.get("name", ""),
        )


class Saved(forms.Form):
    """A saved reply: a title and a text in each language of the site."""

    topic = forms.ChoiceField(label=gettext_lazy("About"))
    shown = forms.BooleanField(
        label_suffix="", label=gettext_lazy("Offer it to learners before they ask"), required=False
    )

    def __init__(self, *args: Any, row: SavedReply | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "topic", [(key, words.said(words.TOPICS, key)) for key in words.TOPICS])
        for code, _name in settings.LANGUAGES:
            name = languages.named(code)
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title ({language})").format(language=name), required=False, max_length=120
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text ({language})").format(language=name),
                required=False,
                max_length=rules.LONGEST,
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        if row is not None:
            self.initial = {"topic": row.topic, "shown": row.shown}
            for code, one in row.texts.items():
                self.initial |= {f"title_{code}": one["title"], f"text_{code}": one["text"]}

    def texts(self) -> dict[str, dict[str, str]]:
        """By language."""
        said = self.cleaned_data
        return {
            code: {"title": said[f"title_{code}"], "text": said[f"text_{code}"]} for code, _name in settings.LANGUAGES
        }


def fill(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Give a field its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
