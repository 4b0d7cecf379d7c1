"""Forms of what peers assess: grades, reasons, procedures, appeals, terms and dates."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from preau.accounts.models import Person
from preau.common.templatetags.preau import told
from preau.common.text import clean, one_line
from preau.courses import dates
from preau.desk import words_peer
from preau.desk.forms import LocalTime, ZonedForm, local
from preau.peer import steering
from preau.peer.assignments import Facts
from preau.peer.models import Case
from preau.peer.terms import NUMBERS

LONGEST = 10_000
TO_REPLY, LEAST_TO_REPLY = timedelta(days=7), timedelta(days=2)
NOTICE = gettext_noop(
    "{name},\n\nIn your copy of “{title}” we found passages that stand elsewhere too:\n\n[which, and where]\n\n"
    "Nothing is decided, and nothing counts against you now. Tell us in your own words how these passages came about,"
    " until {until}. You can send drafts, sources, whatever helps us understand. We then decide, and tell you why."
)


def long(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "data-autosave": ""})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **kwargs)


class Widen(forms.Form):
    """Who else may assess."""

    groups = forms.MultipleChoiceField(label=gettext_lazy("Who else may assess"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, groups: Iterable[str] = steering.GROUPS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["groups"], forms.MultipleChoiceField)
        self.fields["groups"].choices = [(key, _(words_peer.GROUPS[key])) for key in groups]


class PeerGrade(forms.Form):
    """The team's grade of a copy; without a number, the levels of the rubric give it."""

    score = forms.FloatField(
        label=gettext_lazy("Or a grade out of 100, without the rubric"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.5"}),
    )
    remark = long(gettext_lazy("Remark, read by the author"), 6, required=False)


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


class Hide(Reason):
    """Why a review goes out of sight, and the grade from then on once results are told."""

    score = forms.FloatField(
        label=gettext_lazy("Grade from now on, out of 100 (empty: it stays)"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )


class Settle(forms.Form):
    """What became of a flag."""

    words = forms.CharField(label=gettext_lazy("What was decided"), max_length=2000)

    def clean_words(self) -> str:
        return one_line(self.cleaned_data["words"])


class OpenCase(ZonedForm):
    """The notice to the author, and until when they can reply."""

    notice = long(gettext_lazy("Notice, sent to the author"), 12)
    reply_until = LocalTime(label=gettext_lazy("They can reply until"))

    def __init__(self, *args: Any, facts: Facts, author: Person, now: datetime, **kwargs: Any) -> None:
        zone, until = facts.outline.zone, now + TO_REPLY
        with translation.override(author.language):
            notice = _(NOTICE).format(name=author.name, title=facts.unit.title, until=told(until, zone))
        first = {"notice": notice, "reply_until": local(until, zone)}
        super().__init__(*args, zone=zone, initial=first, **kwargs)
        self.now = now

    def clean_reply_until(self) -> datetime:
        until: datetime = self.cleaned_data["reply_until"]
        if until < self.now + LEAST_TO_REPLY:
            raise forms.ValidationError(_("Leave them two days at least to reply."))
        return until

    def clean_notice(self) -> str:
        return clean(self.cleaned_data["notice"])


class DecideCase(forms.Form):
    """What is decided, and why."""

    decision = forms.ChoiceField(label=gettext_lazy("Decision"))
    score = forms.FloatField(label=gettext_lazy("New grade, out of 100"), min_value=0, max_value=100, required=False)
    reason = long(gettext_lazy("Reason, read by the author"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["decision"], forms.ChoiceField)
        self.fields["decision"].choices = [
            (key, _(word)) for key, word in words_peer.DECISIONS.items() if key in Case.Decision.values and key
        ]

    def clean(self) -> None:
        if self.cleaned_data.get("decision") == Case.Decision.CHANGED and self.cleaned_data.get("score") is None:
            self.add_error("score", _("Write the new grade."))


class AnswerAppeal(forms.Form):
    """Keep the grade or give another, and why."""

    kept = forms.ChoiceField(
        label=gettext_lazy("The grade"),
        choices=[("yes", gettext_lazy("stays")), ("no", gettext_lazy("changes"))],
        widget=forms.RadioSelect,
    )
    score = forms.FloatField(label=gettext_lazy("New grade, out of 100"), min_value=0, max_value=100, required=False)
    answer = long(gettext_lazy("Answer, read by the author"), 6)

    def clean(self) -> None:
        if self.cleaned_data.get("kept") == "no" and self.cleaned_data.get("score") is None:
            self.add_error("score", _("Write the new grade."))

    @property
    def said(self) -> dict[str, Any]:
        """What is answered; a grade that stays has no other."""
        kept = self.cleaned_data["kept"] == "yes"
        score = None if kept else self.cleaned_data["score"]
        return {"kept": kept, "answer": clean(self.cleaned_data["answer"]), "score": score}


class Adjust(forms.Form):
    """The terms that the desk can adjust. `said` is what was typed, as a front matter would say it."""

    reviews = forms.IntegerField(min_value=1, max_value=NUMBERS["reviews"][2])
    guaranteed = forms.IntegerField(min_value=0, max_value=NUMBERS["guaranteed"][2])
    owed = forms.FloatField(
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy(
            "Points of 100 lost for each assessment that is missing. Empty: the grade waits until they are written."
        ),
    )
    ai = forms.ChoiceField()
    words = forms.IntegerField(min_value=1, max_value=50_000, required=False)
    scale = forms.ChoiceField()
    staff_grades = forms.IntegerField(min_value=0, max_value=NUMBERS["staff_grades"][2])
    grace_day = forms.BooleanField(
        required=False,
        help_text=gettext_lazy("Staff come in twelve hours after volunteers, where assessments are still missing."),
    )
    appeals = forms.CharField(
        max_length=20, help_text=gettext_lazy("From the results on. Written like 7 d, or 36 h."), strip=True
    )

    def __init__(self, data: Any = None, *, facts: Facts) -> None:
        terms = facts.terms
        first = {key: getattr(terms, key) for key in words_peer.TERMS}
        first["appeals"] = written(terms.appeals)
        super().__init__(data, initial=first)
        for name, label in words_peer.TERMS.items():
            self.fields[name].label = _(label)
        for name, choices in (("ai", words_peer.HELP), ("scale", words_peer.SCALES)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(key, _(word)) for key, word in choices.items()]

    def clean_appeals(self) -> str:
        text: str = self.cleaned_data["appeals"]
        try:
            dates.parse_duration(text)
        except dates.BadDate as error:
            raise forms.ValidationError(_("A length of time is written like 7 d, or 36 h.")) from error
        return text

    def clean(self) -> None:
        if self.cleaned_data.get("guaranteed", 0) > self.cleaned_data.get("reviews", 0):
            self.add_error("guaranteed", _("No more can be promised than each learner assesses."))

    @property
    def said(self) -> dict[str, Any]:
        """What the terms would be, in the words of a front matter."""
        found = dict(self.cleaned_data)
        found["owed"] = "hold" if found["owed"] is None else found["owed"]
        return {key: found[key] for key in words_peer.TERMS}


def written(length: timedelta) -> str:
    """A length of time as a front matter says it."""
    hours = round(length.total_seconds() / 3600)
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"


class Seen(forms.Form):
    """The revision of the edition that was looked at."""

    revision = forms.IntegerField(min_value=0)


class Moments(ZonedForm):
    """Until when peers assess, and when results are told."""

    reviews_due = LocalTime(label=gettext_lazy("Reviews are due"))
    results = LocalTime(label=gettext_lazy("Results are told"))

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        zone, calendar = facts.outline.zone, facts.calendar
        dated = {"reviews_due": calendar.reviews_due, "results": calendar.results}
        first = {name: local(moment, zone) for name, moment in dated.items() if moment}
        super().__init__(*args, zone=zone, initial=first, **kwargs)
        self.facts = facts

    def clean(self) -> None:
        due, results = self.cleaned_data.get("reviews_due"), self.cleaned_data.get("results")
        handed = self.facts.calendar.due
        if self.facts.published_at is not None:
            self.add_error(None, _("The results are told: these dates can no longer move."))
        if due and handed and due <= handed:
            self.add_error("reviews_due", _("Reviews cannot be due before the copies are."))
        if due and results and results < due:
            self.add_error("results", _("Results cannot be told before the reviews are due."))
        if results and results > self.facts.outline.closes_at:
            self.add_error("results", _("The edition closes before that."))
