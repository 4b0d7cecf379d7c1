"""Forms of requests: they read and judge; the actions write."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common.text import one_line
from preau.courses.models import Enrolment
from preau.mail.fields import Files
from preau.support import rules, words

WRITING = {"rows": 8, "data-autosave": "", "maxlength": rules.LONGEST}


class About(forms.Form):
    """What it is about: asked first, so that a likely answer can be offered."""

    edition = forms.ChoiceField(label=gettext_lazy("About which course"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    subject = forms.CharField(label=gettext_lazy("In a few words"), max_length=200)

    def __init__(self, *args: Any, enrolments: Iterable[Enrolment], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = [
            (row.edition.slug, f"{row.edition.course.title(language)} ({row.edition.number})") for row in enrolments
        ]
        for name, choices in (
            ("edition", [*editions, ("", _("None: the site itself"))]),
            ("topic", [(key, words.said(words.TOPICS, key)) for key in words.TOPICS]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if not editions:
            self.fields["edition"].widget = forms.HiddenInput()

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"])


class Message(forms.Form):
    """What one writes, with files."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), max_length=rules.LONGEST, widget=forms.Textarea(attrs=WRITING)
    )
    attached = Files(
        most=rules.FILES,
        largest=rules.FILE,
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Five at most, 5 MB each: pictures, PDF, documents, text."),
    )


class Ask(Message, About):
    """The whole question."""
