"""Forms of requests: they read and judge; the actions write."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common.text import one_line
from preau.courses.models import Enrolment
from preau.mail.attachments import Attachment, LeftOut, examine
from preau.support import rules, words

WRITING = {"rows": 8, "data-autosave": "", "maxlength": rules.LONGEST}


class Several(forms.ClearableFileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Files told by their content, never by what they are called; gives a list of `Attachment`."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[Attachment]:
        sent: Sequence[UploadedFile[Any]] = [one for one in data if one] if isinstance(data, list | tuple) else []
        if len(sent) > rules.FILES:
            raise forms.ValidationError(_("Five files at most."))
        found = [_examined(file) for file in sent]
        if left := [one for one in found if isinstance(one, LeftOut)]:
            again = _("Nothing was sent; your text stays in the page. Choose your files again.")
            raise forms.ValidationError([*(words.left_out(one.name, one.reason) for one in left), again])
        return [one for one in found if isinstance(one, Attachment)]


def _examined(file: UploadedFile[Any]) -> Attachment | LeftOut:
    name = file.name or "file"
    if (file.size or 0) > rules.FILE:
        return LeftOut(one_line(name)[-120:], "too large")
    return examine(name, file.read())


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
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Five at most, 5 MB each: pictures, PDF, documents, text."),
    )


class Ask(Message, About):
    """The whole question."""
