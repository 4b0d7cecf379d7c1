"""Who sits an exam, when and where; what the person who supervised it saw."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Unit
from preau.courses.models import Edition, Enrolment, Institution

PERSON = settings.AUTH_USER_MODEL


class Sitting(models.Model):
    """A time at which an exam can be sat: online, or in a place. `second`: for those who were admitted to it, with a
    reason. `places` is how many people it takes, none: as many as come.

    `signed_at`: its sheet was closed by the person who supervised it, whose name is `signed_by`; nothing of it changes
    until the desk opens it again. `sequence` counts what was told to people, for their calendars.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sittings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sittings")
    second = models.BooleanField(default=False)
    on_site = models.BooleanField(default=False)
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, blank=True)  # the campus
    address = models.CharField(max_length=300, blank=True)
    room = models.CharField(max_length=80, blank=True)
    directions = models.TextField(blank=True)  # how to get there
    bring = models.TextField(blank=True)  # beside a document of identity
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    asks_identity = models.BooleanField(default=False)
    sequence = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_for = models.CharField(max_length=300, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="exams_sitting_order"),
            models.CheckConstraint(condition=Q(places=None) | Q(places__gt=0), name="exams_sitting_places"),
            models.CheckConstraint(condition=Q(on_site=False) | ~Q(place=""), name="exams_sitting_somewhere"),
            models.CheckConstraint(
                condition=Q(signed_at=None) | ~Q(signed_by=""), name="exams_sitting_signed_by_somebody"
            ),
        ]
        indexes = [models.Index(fields=["edition", "unit", "opens_at"], name="exams_sitting_of")]


class Seat(models.Model):
    """Somebody's place in a sitting: booked, or given with an admission to a second one (`reason`). Giving it up, or
    losing it, sets `given_up_at`. `unit` and `second` are its sitting's: a learner has one of each kind for an exam."""

    class Attendance(models.TextChoices):
        UNKNOWN = "", "unknown"
        PRESENT = "present", "present"
        ABSENT = "absent", "absent"

    class Identity(models.TextChoices):
        UNCHECKED = "unchecked", "unchecked"
        CHECKED = "checked", "checked"
        IMPOSSIBLE = "impossible", "impossible"  # it could not be: no document
        DOUBT = "doubt", "doubt"

    id = models.UUIDField(primary_key=True, default=new_id)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="seats")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="exam_seats")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    second = models.BooleanField(default=False)
    booked_at = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    admitted_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    attendance = models.CharField(max_length=8, choices=Attendance, blank=True, default=Attendance.UNKNOWN)
    attendance_by = models.CharField(max_length=120, blank=True, default="")
    attendance_at = models.DateTimeField(null=True)
    identity = models.CharField(max_length=10, choices=Identity, default=Identity.UNCHECKED)
    identity_note = models.CharField(max_length=300, blank=True, default="")
    identity_by = models.CharField(max_length=120, blank=True, default="")
    identity_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "unit", "second"], condition=Q(given_up_at=None), name="exams_seat_one_of_each"
            ),
            models.CheckConstraint(condition=~Q(identity="doubt") | ~Q(identity_by=""), name="exams_seat_doubt_by"),
        ]


class InvigilatorLink(models.Model):
    """What opens the sheet of one sitting to somebody without an account, around its time: the token is the right."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="links")
    token = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=8, default="fr")
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Incident(models.Model):
    """What happened in a sitting, to the room or (`seat`) to one person, as somebody there wrote it down. One that was
    struck out stays as a row until its words are erased; it counts no more."""

    class Kind(models.TextChoices):
        LATE = "late", "late"
        TECHNICAL = "technical", "technical"
        HEALTH = "health", "health"
        FRAUD = "fraud", "fraud"
        OTHER = "other", "other"

    id = models.UUIDField(primary_key=True, default=new_id)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="incidents")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=9, choices=Kind)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    noted_by = models.CharField(max_length=120, blank=True, default="")
    noted_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by = models.CharField(max_length=120, blank=True, default="")
