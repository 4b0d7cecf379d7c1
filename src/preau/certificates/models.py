from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from preau.certificates import rules
from preau.certificates.rules import Step, Steps
from preau.common.ids import new_id
from preau.courses.models import Enrolment, Track, text_in


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
    """What is given to a learner: the certificate of a track, or the attestation of a module (`module` is its key).
    `revoked_at` ends it, nothing deletes it.

    `credits` is what it brought by itself and `steps` how ({key: {"credits": "1", "edition": 5}}, an edition where its
    certificate brought that already), both frozen; rows of former releases have neither: the track's own, in full.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="awards")
    track = models.ForeignKey(Track, null=True, blank=True, on_delete=models.PROTECT)
    module = models.CharField(max_length=80, blank=True, default="", db_default="")
    titles = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # frozen, by language
    credits = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    steps = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
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
            ),
            models.UniqueConstraint(
                fields=["enrolment", "module"],
                condition=Q(revoked_at=None, track=None),
                name="certificates_award_one_valid_of_module",
            ),
            models.CheckConstraint(
                condition=Q(track__isnull=False, module="") | (Q(track=None) & ~Q(module="")),
                name="certificates_award_track_or_module",
            ),
            models.CheckConstraint(
                condition=Q(credits=None) | Q(credits__gte=0), name="certificates_award_credits_not_negative"
            ),
        ]

    @property
    def named(self) -> Mapping[str, str] | str:
        """The title of what it certifies, by language as the course wrote it."""
        if self.titles or self.track is None:
            return self.titles or self.module
        return self.track.titles or self.track.key

    def title(self, language: str) -> str:
        """The same in one language."""
        return text_in(self.named, language)

    @property
    def ladder(self) -> Steps:
        """Its steps; none for an attestation, and for a row of a former release."""
        return {key: Step(Decimal(one["credits"]), one.get("edition")) for key, one in self.steps.items()}

    @property
    def worth(self) -> Decimal:
        """The credits that it attests, those that another certificate brought included."""
        if self.steps or self.track is None:
            return rules.worth(self.ladder)
        return self.track.credits


def stored(of: Steps) -> dict[str, dict[str, Any]]:
    """Steps as `Award.steps` keeps them."""
    return {
        key: {"credits": f"{step.credits:f}", **({} if step.edition is None else {"edition": step.edition})}
        for key, step in of.items()
    }


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
