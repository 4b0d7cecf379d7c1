"""Forms of the moderators' desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.discussion import rules, rules_moderation, words_moderation
from preau.discussion.forms_moderation import WORDS, fill


class Decide(forms.Form):
    """What is decided of a notice, and whether the message is hidden: `shown` says if it leads to one."""

    words = forms.CharField(
        label=gettext_lazy("What you decide and why, read by whoever sent the notice"),
        max_length=rules_moderation.LONGEST,
        widget=forms.Textarea(attrs=WORDS),
    )
    hide = forms.BooleanField(label=gettext_lazy("Hide the message"), required=False)
    rule = forms.ChoiceField(label=gettext_lazy("House rule"), required=False)
    statement = forms.CharField(
        label=gettext_lazy("Why, read by the author of the message"),
        required=False,
        max_length=rules_moderation.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules_moderation.LONGEST}),
    )

    def __init__(self, *args: Any, shown: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "rule", [("", "–"), *((key, _(words_moderation.RULES[key])) for key in rules.HOUSE)])
        if not shown:
            for name in ("hide", "rule", "statement"):
                del self.fields[name]
