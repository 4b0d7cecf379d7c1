"""Forms of the desk about the whole public site: its banner, its partners."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.accounts import countries
from preau.common.text import one_line
from preau.courses.models import Course
from preau.desk.forms import LocalTime, ZonedForm, local
from preau.news import banners
from preau.news.models import Banner as Row
from preau.news.models import Partner as PartnerRow
from preau.news.partners import Wish


class Banner(ZonedForm):
    """The line at the head of every page, a field for each language."""

    tone = forms.ChoiceField(label=gettext_lazy("Kind"))
    link = forms.CharField(label=gettext_lazy("Link"), max_length=300, required=False)
    starts_at = LocalTime(label=gettext_lazy("From"))
    ends_at = LocalTime(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tone = self.fields["tone"]
        assert isinstance(tone, forms.ChoiceField)
        tone.choices = [(Row.Tone.INFO, _("Information")), (Row.Tone.WARNING, _("Warning"))]
        self.fields["link"].help_text = _("An address of this site, or one that begins with https://.")
        texts = {
            f"text_{code}": forms.CharField(
                label=_("Text, {language}").format(language=name), max_length=300, required=False
            )
            for code, name in settings.LANGUAGES
        }
        self.fields = {**texts, **self.fields}

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"].strip()
        if link and not (link.startswith("https://") or (link.startswith("/") and not link.startswith("//"))):
            raise forms.ValidationError(_("An address of this site, or one that begins with https://."))
        return link

    def words(self) -> banners.Words:
        """What was typed, clean."""
        said = self.cleaned_data
        texts = {code: one_line(said[f"text_{code}"]) for code, _name in settings.LANGUAGES}
        return banners.Words(texts, said["link"], said["tone"], said["starts_at"], said["ends_at"])


def first_banner(row: Row | None, zone: Any) -> dict[str, Any]:
    """What stands in it before anything is typed."""
    now = timezone.now()
    if row is None:
        return {"starts_at": local(now, zone), "ends_at": local(now + timedelta(days=1), zone)}
    texts = {f"text_{code}": text for code, text in row.texts.items()}
    dates = {"starts_at": local(row.starts_at, zone), "ends_at": local(row.ends_at, zone)}
    return {**texts, **dates, "link": row.link, "tone": row.tone}


class Partner(forms.Form):
    """An institution that takes part in a course."""

    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"), queryset=Course.objects.order_by("slug"), to_field_name="slug", empty_label=None
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    site = forms.URLField(label=gettext_lazy("Site"), required=False, assume_scheme="https")
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries.choices, required=False)
    part = forms.ChoiceField(label=gettext_lazy("Part"))
    logo = forms.FileField(label=gettext_lazy("Logo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part = self.fields["part"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [(PartnerRow.Part.PARTNER, _("Takes part")), (PartnerRow.Part.GIVES, _("Gives the course"))]
        self.fields["logo"].help_text = _("PNG, JPEG or WebP, on a light ground.")

    def wish(self) -> Wish:
        """What was typed, clean, without the logo."""
        said = self.cleaned_data
        return Wish(one_line(said["name"]), said["site"], said["country"], said["part"], None)
