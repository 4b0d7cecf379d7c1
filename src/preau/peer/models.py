from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Unit
from preau.courses.models import Enrolment


class Draft(models.Model):
    """A text being written, kept at every pause; one per learner and assignment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="drafts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "unit"], name="peer_draft_once")]


class Submission(models.Model):
    """A text handed in (a « copie »); a later one replaces it by a new row, so that every receipt stays true."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    version_id = models.UUIDField()  # the version of the assignment that the author saw
    text = models.TextField()
    size = models.PositiveIntegerField()  # bytes of UTF-8
    fingerprint = models.CharField(max_length=64)  # SHA-256, hexadecimal, as on the receipt
    submitted_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "unit"], condition=Q(current=True), name="peer_submission_one_current"
            )
        ]


class Grade(models.Model):
    """The grade of a submission by a member of staff, with a remark; peer assessment takes its place later."""

    id = models.UUIDField(primary_key=True, default=new_id)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="grade")
    score = models.FloatField()
    of = models.FloatField(default=100)
    remark = models.TextField(blank=True)
    graded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    graded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=F("of")), name="peer_grade_within")
        ]
