"""Forms of flags, of moderation, of notices: they read and judge; the actions write."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from preau.discussion import rules, rules_moderation, words_moderation
from preau.discussion.models import Flag
from preau.discussion.moderating import Why

WORDS: dict[str, Any] = {"rows": 4, "data-autosave": "", "maxlength": rules_moderation.LONGEST}


class Pointed(forms.Form):
    """What is wrong with a message."""

    reason = forms.ChoiceField(label=gettext_lazy("What is wrong with it?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In your own words, if you like"),
        required=False,
        max_length=rules_moderation.LONGEST,
        widget=forms.Textarea(attrs=WORDS),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "reason", [(key, _(text)) for key, text in words_moderation.REASONS.items()])
        assert set(words_moderation.REASONS) == set(Flag.Reason.values)


class Moderate(forms.Form):
    """What a moderator does with a message, by which rule, and their words to its author."""

    do = forms.ChoiceField(label=gettext_lazy("What to do"), widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long they cannot write"), required=False, coerce=int, empty_value=None
    )
    rule = forms.ChoiceField(label=gettext_lazy("House rule"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Why, read by the author"),
        required=False,
        max_length=rules_moderation.LONGEST,
        widget=forms.Textarea(attrs=WORDS),
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "do", choices)
        days = [(n, ngettext("{n} day", "{n} days", n).format(n=n)) for n in rules_moderation.DAYS]
        fill(self, "days", [("", "–"), *days])
        fill(self, "rule", [("", "–"), *((key, _(words_moderation.RULES[key])) for key in rules.HOUSE)])

    def why(self) -> Why:
        """The rule and the words."""
        return Why(self.cleaned_data["rule"], self.cleaned_data["words"])


class Tend(forms.Form):
    """A thread's title and room."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=rules.LONGEST_TITLE)
    room = forms.ChoiceField(label=gettext_lazy("Room"))

    def __init__(self, *args: Any, rooms: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "room", rooms)


class Words(forms.Form):
    """A text to somebody: a contest, the answer to it, why something is taken back."""

    words = forms.CharField(
        label=gettext_lazy("Your words"),
        max_length=rules_moderation.LONGEST,
        widget=forms.Textarea(attrs=WORDS),
    )


class Notice(forms.Form):
    """A notice of illegal content, with or without an account (Regulation (EU) 2022/2065, article 16)."""

    address = forms.CharField(
        label=gettext_lazy("The address of the page or message"),
        max_length=500,
        help_text=gettext_lazy("As your browser shows it; of a message, the link on its date."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What is illegal, and why you think so"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6, "data-autosave": "", "maxlength": 5000}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"), max_length=254, required=False)
    unnamed = forms.BooleanField(
        label=gettext_lazy("It shows the sexual abuse of a child: I need not give my name"),
        label_suffix="",
        required=False,
    )
    faith = forms.BooleanField(
        label=gettext_lazy("In good faith, I believe that what I write here is right and complete"), label_suffix=""
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for field in ("name", "email"):
            if not said.get("unnamed") and field not in self.errors and not said.get(field):
                self.add_error(field, _("The law asks who sends a notice, except of the sexual abuse of a child."))
        return said


def fill(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """The choices of a field, in the language of the page."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
