from django.db import models
from django.db.models import Q

from preau.common.ids import new_id
from preau.courses.models import Enrolment, Track


class IssuerKey(models.Model):
    """An Ed25519 key of the issuer. A past key stays in `did.json` for ever: what it signed must go on verifying."""

    id = models.UUIDField(primary_key=True, default=new_id)
    fragment = models.CharField(max_length=40, unique=True)
    public = models.BinaryField(max_length=32)
    secret = models.TextField()  # 32 bytes encrypted under a key derived from SECRET_KEY
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(until=None), name="certificates_issuerkey_one_current")
        ]


class Award(models.Model):
    """A certificate given to a learner for a track; `revoked_at` ends it, nothing deletes it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="awards")
    track = models.ForeignKey(Track, on_delete=models.PROTECT)
    code = models.CharField(max_length=16, unique=True)  # in the public address and the QR
    numbers = models.JSONField(default=dict)  # the figures of the rule at the time
    decided_by_id = models.UUIDField()
    awarded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "track"], condition=Q(revoked_at=None), name="certificates_award_one_valid"
            )
        ]


class Credential(models.Model):
    """The signed Open Badge of an award, as published, and its PDF."""

    id = models.UUIDField(primary_key=True, default=new_id)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="credential")
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT)
    document = models.JSONField()
    text = models.TextField()  # the exact bytes signed and served
    name_shown = models.CharField(max_length=120)
    language = models.CharField(max_length=8)
    issued_at = models.DateTimeField()
