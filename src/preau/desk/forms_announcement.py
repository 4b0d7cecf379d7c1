"""The form of an announcement: a subject and a text in each language, who is meant, where it goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common import languages
from preau.common.text import one_line
from preau.courses import segments
from preau.courses.models import Edition
from preau.desk.forms import LocalTime, ZonedForm, local
from preau.support import announcements
from preau.support.models import Announcement as Row


class Announcement(ZonedForm):
    """What `announcements.Draft` holds."""

    on_site = forms.BooleanField(
        label_suffix="", label=gettext_lazy("On the site: on the home of the edition"), required=False
    )
    by_mail = forms.BooleanField(label_suffix="", label=gettext_lazy("By mail"), required=False)
    shown_until = LocalTime(label=gettext_lazy("On the site until"), required=False)

    def __init__(self, *args: Any, edition: Edition, language: str, row: Row | None, **kwargs: Any) -> None:
        first: dict[str, Any] = {"on_site": True, "by_mail": True}
        if row:
            first = {"on_site": row.on_site, "by_mail": row.by_mail}
            first |= {"shown_until": local(row.shown_until, edition.zone_info)} if row.shown_until else {}
            first |= {f"segment-{one['segment']}": one["value"] for one in row.segment}
            for code, said in row.texts.items():
                first |= {f"subject-{code}": said.get("subject", ""), f"text-{code}": said.get("text", "")}
        super().__init__(*args, zone=edition.zone_info, initial=first, **kwargs)
        self.edition, self.languages = edition, list(edition.course.languages)
        for code in self.languages:
            self._add_text(code, required=code == self.languages[0])
        for segment in segments.known():
            choices = [("", _("everybody")), *segment.choices(edition, language)]
            self.fields[f"segment-{segment.name}"] = forms.ChoiceField(
                label=_(segment.title), choices=choices, required=False
            )
        self.order_fields([*self.text_names(), *self.segment_names(), "by_mail", "on_site", "shown_until"])

    def _add_text(self, code: str, *, required: bool) -> None:
        names = {"language": languages.named(code)}
        self.fields[f"subject-{code}"] = forms.CharField(
            label=_("Subject ({language})").format(**names), max_length=150, required=required
        )
        self.fields[f"text-{code}"] = forms.CharField(
            label=_("Text ({language}), in Markdown").format(**names),
            max_length=20_000,
            required=required,
            widget=forms.Textarea(attrs={"rows": 8, "lang": code}),
        )

    def clean(self) -> None:
        """Refuses a segment that is not among those of the form: dropped, it would mean more people."""
        strange = {name for name, value in self.data.items() if name.startswith("segment-") and value} - set(
            self.fields
        )
        if strange:
            raise forms.ValidationError(_("These people cannot be chosen in this edition. Nothing was stored."))

    def text_names(self) -> list[str]:
        """The fields of words."""
        return [f"{what}-{code}" for code in self.languages for what in ("subject", "text")]

    def segment_names(self) -> list[str]:
        """The fields of who is meant."""
        return [f"segment-{segment.name}" for segment in segments.known()]

    def draft(self) -> announcements.Draft:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        texts = {
            code: {"subject": one_line(said[f"subject-{code}"]), "text": said[f"text-{code}"].strip()}
            for code in self.languages
            if said[f"text-{code}"].strip()
        }
        chosen = [
            {"segment": name.removeprefix("segment-"), "value": said[name]}
            for name in self.segment_names()
            if said[name]
        ]
        return announcements.Draft(texts, chosen, said["on_site"], said["by_mail"], said["shown_until"])


class When(ZonedForm):
    """When it goes; at once where nothing is said."""

    send_at = LocalTime(label=gettext_lazy("Send at (empty: at once)"), required=False)
