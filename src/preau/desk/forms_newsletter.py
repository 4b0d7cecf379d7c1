"""The forms of the newsletter's desk: an issue in each language and whom it is for; when it goes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common import languages
from preau.common.text import clean, one_line
from preau.desk.forms import LocalTime, ZonedForm
from preau.news import mailing, segments
from preau.news.models import Mailing


class Issue(forms.Form):
    """What `mailing.Draft` holds: a subject and a text in one language at least."""

    def __init__(self, data: Any = None, *, language: str, row: Mailing | None) -> None:
        first: dict[str, Any] = {}
        if row:
            first = {f"segment-{name}": value for name, value in row.segment.items()}
            for code, said in row.texts.items():
                first |= {f"subject-{code}": said.get("subject", ""), f"body-{code}": said.get("body", "")}
        super().__init__(data, initial=first)
        for code, _name in settings.LANGUAGES:
            self._add_text(code)
        for segment in segments.known():
            choices = [("", _(segment.anybody)), *segment.choices(language)]
            self.fields[f"segment-{segment.name}"] = forms.ChoiceField(
                label=_(segment.title), choices=choices, required=False
            )

    def _add_text(self, code: str) -> None:
        names = {"language": languages.named(code)}
        self.fields[f"subject-{code}"] = forms.CharField(
            label=_("Subject ({language})").format(**names), max_length=150, required=False
        )
        self.fields[f"body-{code}"] = forms.CharField(
            label=_("Text ({language}), in Markdown").format(**names),
            max_length=40_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 12, "lang": code}),
        )

    def clean(self) -> None:
        """Refuses a segment that is not among those of the form: dropped, it would mean more people."""
        given = {name for name, value in self.data.items() if name.startswith("segment-") and value}
        if given - set(self.fields):
            raise forms.ValidationError(_("These people cannot be chosen. Nothing was stored."))
        if self.errors:
            return
        texts = self.texts()
        for code, said in texts.items():
            for name, other in (("subject", "body"), ("body", "subject")):
                if said[other] and not said[name]:
                    self.add_error(f"{name}-{code}", _("Write both, the subject and the text, or neither."))
        if not texts:
            raise forms.ValidationError(_("Write a subject and a text, in one language at least."))

    def texts(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        said = self.cleaned_data
        every = {
            code: {"subject": one_line(said[f"subject-{code}"]), "body": clean(said[f"body-{code}"]).strip()}
            for code, _name in settings.LANGUAGES
        }
        return {code: one for code, one in every.items() if one["subject"] or one["body"]}

    def segment(self) -> Mapping[str, str]:
        """Whom it is for."""
        names = [segment.name for segment in segments.known()]
        return {name: said for name in names if (said := self.cleaned_data[f"segment-{name}"])}

    def draft(self) -> mailing.Draft:
        """What was written, once the form is valid."""
        return mailing.Draft(self.texts(), self.segment())


class When(ZonedForm):
    """When it goes; at once where nothing is said."""

    send_at = LocalTime(label=gettext_lazy("Send at (empty: at once)"), required=False)
