"""Forms of the desk: they read and judge; what they read is written by the actions of the room that owns it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.accounts import countries
from preau.accounts.models import Person
from preau.common.text import one_line
from preau.common.zones import ZONES
from preau.content import keys
from preau.content.models import Version
from preau.content.outline import UnitFacts
from preau.courses import dates, extending, rules
from preau.courses.models import Course, Edition, Group, Role, Track
from preau.desk import words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = "%Y-%m-%dT%H:%M"
# Names under /desk/ that are no edition's.
RESERVED = {"courses", "news", "newsletter", "notices", "operator", "requests", "site"}


def local(at: datetime, zone: ZoneInfo) -> str:
    """A moment as a field of local time shows it."""
    return f"{at.astimezone(zone):{SHAPE}}"


class LocalTime(forms.Field):
    """A day and a time of `zone`, as an instant in UTC. A time that daylight saving skips moves forward; one that
    occurs twice means the later, as in a course's own dates."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=SHAPE)
    zone = ZoneInfo("UTC")

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            written = dates.parse(text)
        except dates.BadDate as error:
            raise forms.ValidationError(_("A date is written like 2027-03-14 23:59.")) from error
        if not isinstance(written, dates.AbsoluteDate):
            raise forms.ValidationError(_("A date is written like 2027-03-14 23:59."))
        try:
            return dates.resolve(written, EPOCH, self.zone)
        except dates.BadDate as error:
            raise forms.ValidationError(_("This date cannot be: {date}.").format(date=written)) from error


class ZonedForm(forms.Form):
    """A form whose fields of local time are read in one zone."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, LocalTime):
                field.zone = zone


class Extension(ZonedForm):
    """A later date for one learner in an edition."""

    key = forms.ChoiceField(label=gettext_lazy("For"))
    until = LocalTime(label=gettext_lazy("Until"))
    reason = forms.CharField(
        label=gettext_lazy("Reason, read by the person and by the jury: no diagnosis"), max_length=300
    )

    def __init__(self, *args: Any, edition: Edition, units: Sequence[UnitFacts], **kwargs: Any) -> None:
        super().__init__(*args, zone=edition.zone_info, **kwargs)
        self.edition, self.units = edition, {unit.key: unit for unit in units}
        assert isinstance(self.fields["key"], forms.ChoiceField)
        self.fields["key"].choices = [(unit.key, unit.title) for unit in units]

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    def clean(self) -> None:
        unit, until = self.units.get(self.cleaned_data.get("key", "")), self.cleaned_data.get("until")
        if unit is not None and until is not None:
            why = rules.unfit(until, unit.due, self.edition.closes_at, unit.results)
            if why is not None:
                self.add_error("until", extending.said(why, self.edition, unit.results))


class Move(ZonedForm):
    """One date of an edition, moved by hand within the edition."""

    at = LocalTime(label=gettext_lazy("New date"))

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, zone=edition.zone_info, **kwargs)
        self.edition = edition

    def clean(self) -> None:
        at = self.cleaned_data.get("at")
        if at is not None and not self.edition.opens_at <= at <= self.edition.closes_at:
            self.add_error("at", _("This date is outside the edition: its dates stay between opening and closing."))


class Calendar(ZonedForm):
    """An edition's own dates, in its zone, and who may see it."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see it"),
        choices=[
            (Edition.Visibility.PUBLIC, gettext_lazy("Everybody")),
            (Edition.Visibility.PRIVATE, gettext_lazy("Its learners and its team")),
        ],
    )
    enrols_at = LocalTime(label=gettext_lazy("Enrolment opens"))
    opens_at = LocalTime(label=gettext_lazy("The edition opens"))
    enrolment_closes_at = LocalTime(label=gettext_lazy("Enrolment closes"))
    closes_at = LocalTime(label=gettext_lazy("The edition closes"))

    def clean(self) -> None:
        why = {
            ("opens_at", "closes_at"): _("The edition closes after it opens."),
            ("enrols_at", "enrolment_closes_at"): _("Enrolment closes after it opens."),
            ("enrols_at", "closes_at"): _("Enrolment opens before the edition closes."),
        }
        for pair in rules.disorder(self.moments()):
            self.add_error(pair[1], why[pair])

    def moments(self) -> dict[str, datetime]:
        """The dates by name, those that could be read."""
        return {name: self.cleaned_data[name] for name in rules.MOMENTS if name in self.cleaned_data}


class Reschedule(Calendar):
    """The dates of an edition that exists."""

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        zone = edition.zone_info
        first = {name: local(getattr(edition, name), zone) for name in rules.MOMENTS}
        super().__init__(*args, zone=zone, initial={**first, "visibility": edition.visibility}, **kwargs)
        self.order_fields([*rules.MOMENTS, "visibility"])


class ConfirmedReschedule(Reschedule):
    """The same, with the revision that the edition had when its changes were looked at."""

    revision = forms.IntegerField(min_value=0)


class NewEdition(Calendar):
    """An edition with its dates in its own zone, which is one of its fields."""

    version = forms.ChoiceField(label=gettext_lazy("Version to print"))
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=999)
    slug = forms.SlugField(label=gettext_lazy("Name in addresses"), max_length=60)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone of its dates"), choices=[(z, z) for z in sorted(ZONES)])

    field_order = ("version", "number", "slug", "visibility", "zone", *rules.MOMENTS)

    def __init__(self, *args: Any, course: Course, versions: Iterable[Version], **kwargs: Any) -> None:
        chosen = str((args[0] or {}).get("zone", "")) if args else ""
        super().__init__(*args, zone=ZoneInfo(chosen if chosen in ZONES else "UTC"), **kwargs)
        self.course = course
        assert isinstance(self.fields["version"], forms.ChoiceField)
        self.fields["version"].choices = [(str(v.number), _("Version {n}").format(n=v.number)) for v in versions]

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if self.course.editions.filter(number=number).exists():
            raise forms.ValidationError(_("This course has an edition of that number."))
        return number

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED or Edition.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This name is taken."))
        return slug

    def fields_of_edition(self) -> dict[str, Any]:
        """What `courses.actions.create_edition` takes."""
        return {name: self.cleaned_data[name] for name in ("number", "slug", "visibility", "zone", *rules.MOMENTS)}


class Print(forms.Form):
    """Which version an edition is to show."""

    version = forms.ChoiceField(label=gettext_lazy("Version to print"))

    def __init__(self, *args: Any, versions: Iterable[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["version"], forms.ChoiceField)
        self.fields["version"].choices = [(str(v.number), _("Version {n}").format(n=v.number)) for v in versions]

    def ask_force(self) -> None:
        """A deadline is near: show the field for a reason not to wait."""
        self.fields["force"] = force()

    def ask_weighed(self) -> None:
        """A new elective changes a mean: show the box that says that it is meant."""
        label = _("I have weighed this: show the version all the same")
        self.fields["weighed"] = forms.BooleanField(label=label, required=False)


def force() -> forms.CharField:
    """Why something cannot wait for the end of a freeze."""
    label = _("Why this cannot wait, kept in the journal")
    return forms.CharField(label=label, max_length=300, required=False)


class Upload(forms.Form):
    """A course's folder as a ZIP."""

    LARGEST = 1024  # MB

    course = forms.FileField(
        label=gettext_lazy("The course's folder, as a ZIP"), widget=forms.FileInput(attrs={"accept": ".zip"})
    )

    def clean_course(self) -> Any:
        file = self.cleaned_data["course"]
        if not file.name.lower().endswith(".zip"):
            raise forms.ValidationError(_("A ZIP is expected: nothing was read."))
        if file.size > self.LARGEST * 1024 * 1024:
            raise forms.ValidationError(_("This ZIP is larger than {n} MB.").format(n=self.LARGEST))
        return file


class NewCourse(forms.Form):
    """What a course that is not here yet is called."""

    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens. It stays: addresses are not renamed."),
    )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if keys.identifier(slug):
            raise forms.ValidationError(_("A name is made of small letters, digits and single hyphens."))
        return slug


class Revoke(forms.Form):
    """Why a certificate ends."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, read by the learner"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


class Suspend(Revoke):
    """Why a certificate is set aside, or put in force again; on the page of the other one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_suspend_%s", **kwargs})


class Roster(forms.Form):
    """What the list of learners shows. A field that makes no sense is passed over, so that an old link still opens."""

    q = forms.CharField(label=gettext_lazy("Name or e-mail"), required=False, max_length=100)
    track = forms.ChoiceField(label=gettext_lazy("Track"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All enrolled")),
            ("active", gettext_lazy("Active (a graded act)")),
            ("never", gettext_lazy("Never started")),
            ("behind", gettext_lazy("Behind")),
            ("passed", gettext_lazy("Passed")),
            ("left", gettext_lazy("Left")),
        ],
    )

    given = forms.ChoiceField(
        label=gettext_lazy("What was given"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("extension", gettext_lazy("Has an extension")),
            ("extra", gettext_lazy("Has extra time")),
            ("excuse", gettext_lazy("Has an excuse")),
        ],
    )
    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)

    def __init__(
        self, *args: Any, tracks: Iterable[Track], codes: Iterable[str], groups: Sequence[Group], language: str
    ) -> None:
        super().__init__(*args)
        self.groups = groups
        every = [("", _("All"))]
        for name, more in (
            ("track", [(track.key, track.title(language)) for track in tracks]),
            ("country", named_countries(codes, language)),
            ("group", [(str(group.pk), group.name) for group in groups]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*every, *more]
        if not groups:
            del self.fields["group"]


def named_countries(codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    """(code, name) of these countries, by name in a language."""
    wanted = set(codes)
    return [pair for pair in countries.named(language) if pair[0] in wanted]


class Grade(forms.Form):
    """A grade out of 100 and what is said about it."""

    score = forms.FloatField(
        label=gettext_lazy("Grade, out of 100"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "0.5", "autofocus": True}),
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark, read by the learner"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8, "data-autosave": ""}),
    )


class GiveRole(ZonedForm):
    """A right for somebody who has an account."""

    email = forms.EmailField(label=gettext_lazy("E-mail of their account"))
    kind = forms.ChoiceField(label=gettext_lazy("Role"))
    language = forms.ChoiceField(
        label=gettext_lazy("Subtitles in which language (of a reviewer of subtitles)"),
        choices=[("", gettext_lazy("every language")), *settings.LANGUAGES],
        required=False,
    )
    expires_at = LocalTime(label=gettext_lazy("Until (empty: without end)"), required=False)

    def __init__(self, *args: Any, kinds: Iterable[Role.Kind], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        assert isinstance(self.fields["kind"], forms.ChoiceField)
        self.fields["kind"].choices = [(str(kind), words.said(words.ROLES, kind)) for kind in kinds]

    def clean_email(self) -> Person:
        found = Person.objects.filter(Q(email__iexact=self.cleaned_data["email"]), is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("No account has this address: ask them to create one first."))
        return found

    def clean(self) -> None:
        until = self.cleaned_data.get("expires_at")
        if isinstance(until, datetime) and until <= self.now:
            self.add_error("expires_at", _("This date has passed."))
        if self.cleaned_data.get("kind") != Role.Kind.SUBTITLER:
            self.cleaned_data["language"] = ""


class Preview(ZonedForm):
    """As whom, in which language and when a unit is looked at."""

    track = forms.ChoiceField(label=gettext_lazy("Track"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, required=False)
    at = LocalTime(label=gettext_lazy("On"), required=False)

    def __init__(self, *args: Any, tracks: Iterable[Track], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["track"], forms.ChoiceField)
        self.fields["track"].choices = [(track.key, track.title(language)) for track in tracks]
