"""A form's field for files that people send, told by their content and never by what they are called."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from preau.common.text import one_line
from preau.mail.attachments import Attachment, LeftOut, examine

LEFT_OUT: Mapping[str, str] = {
    "too large": gettext_noop("“{name}” is too large."),
    "too many": gettext_noop("“{name}” is one file too many."),
    "type": gettext_noop("“{name}” is of a kind that is not taken."),
    "disguised": gettext_noop("“{name}” is not what its name says."),
    "empty": gettext_noop("“{name}” is empty."),
}


def left_out(name: str, reason: str) -> str:
    """Why a file was not taken."""
    return (_(LEFT_OUT[reason]) if reason in LEFT_OUT else reason).format(name=name)


class Several(forms.ClearableFileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """At most so many files, each of so many bytes at most; gives a list of `Attachment`."""

    widget = Several

    def __init__(self, *, most: int, largest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most, self.largest = most, largest

    def clean(self, data: Any, initial: Any = None) -> list[Attachment]:
        sent: Sequence[UploadedFile[Any]] = [one for one in data if one] if isinstance(data, list | tuple) else []
        if len(sent) > self.most:
            raise forms.ValidationError(
                ngettext("One file at most.", "{most} files at most.", self.most).format(most=self.most)
            )
        found = [self._examined(file) for file in sent]
        if left := [one for one in found if isinstance(one, LeftOut)]:
            again = _("Nothing was sent; your text stays in the page. Choose your files again.")
            raise forms.ValidationError([*(left_out(one.name, one.reason) for one in left), again])
        return [one for one in found if isinstance(one, Attachment)]

    def _examined(self, file: UploadedFile[Any]) -> Attachment | LeftOut:
        name = file.name or "file"
        if (file.size or 0) > self.largest:
            return LeftOut(one_line(name)[-120:], "too large")
        return examine(name, file.read())
