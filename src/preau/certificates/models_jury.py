"""What a jury decides: a deliberation freezes a list, each candidate gets a decision, its minutes are signed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.courses.models import Edition, Enrolment, Track

PERSON = settings.AUTH_USER_MODEL


class Deliberation(models.Model):
    """A jury's meeting about tracks of an edition (`tracks`, their keys) or about one `module`. What it is at follows
    from its times: prepared, frozen, closed (everybody has a decision, the minutes are printed), filed (they came back
    signed: from then on nothing of it changes, and what it decided is given and told), or cancelled before that.

    `rectifies` is the one whose decisions it takes up again, for the people that somebody brought before it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="deliberations")
    number = models.PositiveSmallIntegerField()  # within the edition
    title = models.CharField(max_length=120)
    tracks = models.JSONField(default=list)
    module = models.CharField(max_length=80, blank=True, default="")
    rectifies = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="rectified_by")
    margin = models.FloatField(default=2.0)  # points on either side of a threshold that make a case
    president = models.CharField(max_length=120, blank=True, default="")
    members = models.JSONField(default=list)  # names
    held_on = models.DateField(null=True, blank=True)
    prepared_at = models.DateTimeField()
    freezing_at = models.DateTimeField(null=True)  # asked for; the worker makes the list
    frozen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    minutes = models.CharField(max_length=120, blank=True, default="")  # the file to be signed, in the storage
    minutes_digest = models.CharField(max_length=64, blank=True, default="")  # SHA-256
    recourse = models.JSONField(default=dict)  # how a decision is appealed against, by language, as of the closing
    signed = models.CharField(max_length=120, blank=True, default="")  # as it came back
    signed_digest = models.CharField(max_length=64, blank=True, default="")
    served_at = models.DateTimeField(null=True)  # everything that it decided is given and told

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="certificates_deliberation_number"),
            models.CheckConstraint(condition=Q(margin__range=(0, 100)), name="certificates_deliberation_margin"),
            models.CheckConstraint(
                condition=Q(filed_at=None) | Q(closed_at__isnull=False, frozen_at__isnull=False, cancelled_at=None),
                name="certificates_deliberation_in_order",
            ),
        ]


class Candidate(models.Model):
    """Somebody before the jury for one track or module, with everything as it was when the list was frozen: what the
    rule proposes, its `numbers`, and the `signs` (evidence) that set a case apart."""

    class Verdict(models.TextChoices):
        ADMITTED = "admitted", "admitted"
        NOT = "not", "not"
        ABSENT = "absent", "absent"

    id = models.UUIDField(primary_key=True, default=new_id)
    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="candidates")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="candidacies")
    track = models.ForeignKey(Track, null=True, on_delete=models.PROTECT, related_name="+")  # none: of the module
    proposal = models.CharField(max_length=8, choices=Verdict)
    numbers = models.JSONField(default=list)  # as `grades.queries.numbers`
    signs = models.JSONField(default=list)  # as `grades.evidence.Sign.stored`
    apart = models.BooleanField(default=False)  # a case: no decision in bulk by the rule
    why_apart = models.CharField(max_length=300, blank=True, default="")  # what somebody wrote who set it apart
    frozen_at = models.DateTimeField()
    served_at = models.DateTimeField(null=True)  # what was decided is given and told

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deliberation", "enrolment", "track"], name="certificates_candidate_once"),
            models.UniqueConstraint(
                fields=["deliberation", "enrolment"],
                condition=Q(track=None),
                name="certificates_candidate_once_of_module",
            ),
        ]
        indexes = [models.Index(fields=["deliberation", "apart"], name="certificates_candidate_apart")]


class Decision(models.Model):
    """What the jury decided for a candidate. Never edited: another one replaces it, until the minutes are closed;
    after that only another deliberation does."""

    id = models.UUIDField(primary_key=True, default=new_id)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Candidate.Verdict)
    track = models.ForeignKey(Track, null=True, on_delete=models.PROTECT, related_name="+")  # else the candidate's
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(replaces=None), name="certificates_decision_one_first"
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="certificates_decision_not_itself"),
        ]


def in_force(**condition: Any) -> models.QuerySet[Decision]:
    """Decisions that no other one of the same candidate replaced."""
    return Decision.objects.filter(replaced_by=None, **condition)
