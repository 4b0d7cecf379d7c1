"""Forms of the discussions: they read and judge; the actions write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from preau.discussion import rules
from preau.discussion.models import Thread
from preau.mail.fields import Files

WRITING: dict[str, Any] = {"rows": 6, "data-autosave": "", "maxlength": rules.LONGEST}


class Message(forms.Form):
    """What one writes. `agree` is asked of whoever has not read the house rules yet."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), max_length=rules.LONGEST, widget=forms.Textarea(attrs=WRITING)
    )
    attached = Files(
        most=rules.FILES,
        largest=rules.FILE,
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Three at most, 5 MB each. A picture is shown under your message."),
    )
    answers_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())
    agree = forms.BooleanField(required=False, label=gettext_lazy("I have read the house rules"))


class Opening(Message):
    """A thread: a title, and whether it asks something."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=rules.LONGEST_TITLE,
        help_text=gettext_lazy("What you would type to find it again."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=[
            (Thread.Kind.QUESTION, gettext_lazy("a question: one of the replies can be chosen as its answer")),
            (Thread.Kind.DISCUSSION, gettext_lazy("something to discuss")),
        ],
        initial=Thread.Kind.QUESTION,
        widget=forms.RadioSelect,
    )
    field_order = ("title", "kind", "text", "attached", "agree")


class Text(forms.Form):
    """The words of a message that is changed."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), max_length=rules.LONGEST, widget=forms.Textarea(attrs=WRITING)
    )
