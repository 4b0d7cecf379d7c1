"""Who may do what, and who helps: the rights of people, volunteers and their hours, who is told of dangers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from preau.common.ids import new_id


class Role(models.Model):
    """A right of a person: in one edition, in a whole course, or (neither) on the whole site. It may expire."""

    class Kind(models.TextChoices):
        ADMINISTRATOR = "administrator", "administrator"
        REGISTRAR = "registrar", "registrar"
        TEACHER = "teacher", "teacher"
        SUPERVISOR = "supervisor", "supervisor"
        COACH = "coach", "coach"
        MODERATOR = "moderator", "moderator"
        SUBTITLER = "subtitler", "subtitler"  # decides about subtitles of a language

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=16, choices=Kind)
    course = models.ForeignKey("courses.Course", null=True, blank=True, on_delete=models.CASCADE)
    edition = models.ForeignKey("courses.Edition", null=True, blank=True, on_delete=models.CASCADE)
    institution = models.ForeignKey("courses.Institution", null=True, blank=True, on_delete=models.CASCADE)
    language = models.CharField(max_length=8, blank=True, default="", db_default="")  # of a subtitler; empty: every one
    given_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(course=None) | Q(edition=None), name="courses_role_one_scope"),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(course=None, edition=None), name="courses_role_once_site"
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "course"], condition=Q(edition=None), name="courses_role_once_course"
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "edition"], condition=Q(course=None), name="courses_role_once_edition"
            ),
        ]


class Volunteer(models.Model):
    """Somebody who offers to help an edition. Approved and with the charter signed, they hold a role that ends with
    it."""

    class State(models.TextChoices):
        APPLIED = "applied", "applied"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        LEFT = "left", "left"

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey("courses.Edition", on_delete=models.CASCADE, related_name="volunteers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="volunteering")
    kind = models.CharField(max_length=16, choices=Role.Kind, default=Role.Kind.MODERATOR)
    languages = models.JSONField(default=list)
    motivation = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.APPLIED)
    applied_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="", db_default="")  # of the decision, as the person was told
    charter = models.CharField(max_length=20, blank=True)  # the version that was signed
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="courses_volunteer_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["moderator", "coach"]), name="courses_volunteer_moderates_or_coaches"
            ),
        ]
        indexes = [models.Index(fields=["edition", "state", "applied_at"], name="courses_volunteer_queue")]


class Shift(models.Model):
    """An hour of a week in which a volunteer is there, in the edition's zone: `weekday` 0 is Monday."""

    id = models.UUIDField(primary_key=True, default=new_id)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "weekday", "hour"], name="courses_shift_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6) & Q(hour__lte=23), name="courses_shift_in_a_week"),
        ]


class SafetyContact(models.Model):
    """Who is told at once of distress, threats and illegal content in an edition."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.OneToOneField("courses.Edition", on_delete=models.CASCADE, related_name="safety_contact")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
