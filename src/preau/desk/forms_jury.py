"""The forms of juries."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preau.certificates.deliberating import Sheet
from preau.certificates.models import Candidate
from preau.courses.models import Track
from preau.desk import jury


class About(forms.Form):
    """What a deliberation says of itself."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("“Core”, “Team projects”, “Second session”."))
    president = forms.CharField(label=_("President of the jury"), max_length=120, required=False)
    members = forms.CharField(
        label=_("Members, one a line"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    held_on = forms.DateField(
        label=_("The day on which it sits"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    margin = forms.FloatField(
        label=_("Points short of the rule that make a case"), min_value=0, max_value=100, initial=2, required=False
    )

    def sheet(self) -> Sheet:
        """As the verbs take it."""
        said = self.cleaned_data
        margin = said["margin"]
        return Sheet(
            title=said["title"],
            president=said["president"],
            members=tuple(said["members"].splitlines()),
            held_on=said["held_on"],
            margin=2.0 if margin is None else margin,
        )


class New(About):
    """The same with what it is about: tracks, or one module."""

    tracks = forms.MultipleChoiceField(label=_("Tracks"), required=False, widget=forms.CheckboxSelectMultiple)
    module = forms.ChoiceField(label=_("Or one module that gives a statement"), required=False)

    field_order = ("title", "tracks", "module")

    def __init__(self, *args: Any, tracks: Sequence[Track], modules: Sequence[tuple[str, str]], language: str) -> None:
        super().__init__(*args)
        chosen = [(track.key, track.title(language)) for track in tracks]
        assert isinstance(self.fields["tracks"], forms.MultipleChoiceField)
        assert isinstance(self.fields["module"], forms.ChoiceField)
        self.fields["tracks"].choices = chosen
        self.fields["module"].choices = [("", "–"), *modules]
        if not modules:
            del self.fields["module"]


class Word(forms.Form):
    """A decision."""

    verdict = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    track = forms.ChoiceField(label=_("On the track"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, lower: Sequence[Track] = (), language: str = "fr", **more: Any) -> None:
        super().__init__(*args, **more)
        assert isinstance(self.fields["verdict"], forms.ChoiceField)
        assert isinstance(self.fields["track"], forms.ChoiceField)
        self.fields["verdict"].choices = [(one, jury.verdict(one)) for one in Candidate.Verdict.values]
        if lower:
            below = [(track.key, track.title(language)) for track in lower]
            self.fields["track"].choices = [("", _("theirs")), *below]
        else:
            del self.fields["track"]


class Why(forms.Form):
    """A reason alone."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class Signed(forms.Form):
    """The minutes as they came back."""

    file = forms.FileField(label=_("The signed minutes (PDF)"))


class Filter(forms.Form):
    """What a list of candidates is narrowed to."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=80)
    track = forms.ChoiceField(label=_("Track"), required=False)
    proposal = forms.ChoiceField(label=_("By the rule"), required=False)
    verdict = forms.ChoiceField(label=_("Decided"), required=False)
    cases = forms.BooleanField(label=_("Cases only"), required=False)

    def __init__(self, *args: Any, tracks: Sequence[Track], language: str) -> None:
        super().__init__(*args)
        verdicts = [(one, jury.verdict(one)) for one in Candidate.Verdict.values]
        choices: dict[str, list[tuple[str, Any]]] = {
            "track": [(track.key, track.title(language)) for track in tracks],
            "proposal": verdicts,
            "verdict": [("none", _("no decision yet")), *verdicts],
        }
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *found]

    def asked(self) -> jury.Asked:
        """As the list takes it; what was not understood narrows nothing."""
        self.is_valid()
        said = self.cleaned_data
        return jury.Asked(
            text=str(said.get("q", "")),
            track=str(said.get("track", "")),
            proposal=str(said.get("proposal", "")),
            verdict=str(said.get("verdict", "")),
            cases=bool(said.get("cases")),
        )
