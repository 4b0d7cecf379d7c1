"""Forms of the discussions: they read and judge; the actions write."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.common import pictures
from preau.courses.models import text_in
from preau.discussion import rules
from preau.discussion.live import Planned
from preau.discussion.models import LiveSession, Thread
from preau.mail.attachments import Attachment
from preau.mail.fields import Files

WRITING: dict[str, Any] = {"rows": 6, "data-autosave": "", "maxlength": rules.LONGEST}


class Message(forms.Form):
    """What one writes. `agree` is asked of whoever has not read the house rules yet."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=rules.LONGEST,
        widget=forms.Textarea(attrs=WRITING),
        help_text=gettext_lazy(
            "Markdown: **bold**, `code`, lists, tables, links. @Name tells somebody of this thread."
        ),
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

    def clean_attached(self) -> list[Attachment]:
        """Pictures lose what cameras write into them before anybody else sees them."""
        try:
            return [
                replace(one, content=pictures.plain(one.content, one.type)) for one in self.cleaned_data["attached"]
            ]
        except pictures.Unreadable as error:
            raise forms.ValidationError(
                _("A picture could not be read, or has too many points: save it smaller, then attach it again.")
            ) from error


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


class Live(forms.Form):
    """A live session. Its time is given in the host's own zone."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(
        label=gettext_lazy("Hour, where you are"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=480, initial=60)
    address = forms.URLField(
        label=gettext_lazy("Address of the stream, of BigBlueButton or Jitsi"),
        required=False,
        assume_scheme="https",
        max_length=500,
    )
    text = forms.CharField(
        label=gettext_lazy("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    @classmethod
    def of(cls, row: LiveSession, zone: ZoneInfo, language: str) -> "Live":
        """As the session is now; what it is about is its thread's first message, and is changed there."""
        local = row.starts_at.astimezone(zone)
        known = {"title": text_in(row.titles, language), "day": local.date(), "hour": local.time()}
        form = cls(zone=zone, initial={**known, "minutes": row.minutes, "address": row.address})
        del form.fields["text"]
        return form

    def planned(self) -> Planned:
        """What was given."""
        given = self.cleaned_data
        starts_at = datetime.combine(given["day"], given["hour"], self.zone).astimezone(UTC)
        return Planned(given["title"], starts_at, given["minutes"], given["address"], given["text"])
