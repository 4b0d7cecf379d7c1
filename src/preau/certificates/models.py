from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from preau.certificates import rules
from preau.certificates.models_jury import Candidate, Decision, Deliberation
from preau.certificates.rules import Step, Steps
from preau.common.ids import new_id
from preau.courses.models import Course, Enrolment, Track, text_in

__all__ = [
    "Award",
    "Candidate",
    "Credential",
    "CreditClaim",
    "Decision",
    "Deliberation",
    "IssuerKey",
    "NameCorrection",
    "RegisterLayout",
    "SealKey",
    "ShareLink",
    "Statement",
    "StatusList",
    "stored",
]

PERSON = settings.AUTH_USER_MODEL


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


class SealKey(models.Model):
    """The key that seals printed documents (PAdES), with its certificate. A school's own qualified seal takes its
    place by settings."""

    id = models.UUIDField(primary_key=True, default=new_id)
    certificate = models.TextField()  # PEM
    secret = models.TextField()  # PEM, encrypted as the issuer's keys are
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(until=None), name="certificates_sealkey_one_current")
        ]


class Award(models.Model):
    """What is given to a learner: the certificate of a track, or the attestation of a module (`module` is its key).
    `revoked_at` ends it, nothing deletes it. Where another document of the same award took its place (a name that was
    corrected), it ended too, and `replaced_by` says which: it is "replaced", not "revoked". `suspended_at`: for a time,
    while something is looked into.

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
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_for = models.CharField(max_length=300, blank=True, default="", db_default="")
    replaced_by = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    name = models.CharField(max_length=240, blank=True, default="", db_default="")  # else the account's
    hidden = models.BooleanField(default=False, db_default=False)  # the page says valid or not, and nothing else

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

    @property
    def brings(self) -> Decimal:
        """The credits that it brings by itself; one of a former release brought all that its track is worth."""
        return self.worth if self.credits is None else self.credits


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
    name_shown = models.CharField(max_length=240)
    language = models.CharField(max_length=8)
    issued_at = models.DateTimeField()
    list_number = models.PositiveSmallIntegerField(null=True)  # of `StatusList`; none: issued by a former release
    list_index = models.PositiveIntegerField(null=True)
    paper = models.CharField(max_length=120, blank=True, default="", db_default="")  # the PDF, in the storage
    paper_digest = models.CharField(max_length=64, blank=True, default="", db_default="")  # SHA-256

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list_number", "list_index"], name="certificates_credential_list_place")
        ]


class StatusList(models.Model):
    """A signed list of 131,072 bits for one purpose, as published: derived from the awards, made again when one of
    them changed (`stale`) and at least twice a day."""

    class Purpose(models.TextChoices):
        REVOCATION = "revocation", "revocation"
        SUSPENSION = "suspension", "suspension"
        REFRESH = "refresh", "refresh"  # an up-to-date document exists; the former one is not void

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=10, choices=Purpose)
    text = models.TextField(blank=True, default="")  # the exact bytes signed and served; none yet: empty
    stale = models.BooleanField(default=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "purpose"], name="certificates_statuslist_once"),
        ]


class ShareLink(models.Model):
    """A link that its holder gave to somebody: it opens the whole page, whatever the page shows to everybody."""

    id = models.UUIDField(primary_key=True, default=new_id)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="links")
    token = models.CharField(max_length=32, unique=True)
    label = models.CharField(max_length=80, blank=True, default="")  # for whom, in the holder's words
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class NameCorrection(models.Model):
    """Another name asked for on a certificate. Once accepted, `replacement` carries it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="corrections")
    was = models.CharField(max_length=240)
    asked = models.CharField(max_length=240)
    why = models.CharField(max_length=300, blank=True, default="")
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)  # none: nobody decided yet
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    replacement = models.OneToOneField(Award, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(accepted=None), name="certificates_namecorrection_one_open"
            )
        ]


class CreditClaim(models.Model):
    """A learner applies for the credits of a certificate, with what the school's register needs and nothing before."""

    class State(models.TextChoices):
        ASKED = "asked", "asked"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="claims")
    birth_name = models.CharField(max_length=120)
    given_names = models.CharField(max_length=160)
    born_on = models.DateField(null=True)  # none once erased
    birth_place = models.CharField(max_length=120)
    birth_country = models.CharField(max_length=2, blank=True, default="")
    student_number = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    exported_at = models.DateTimeField(null=True)  # its line went to the school's register, with all that went then

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(state__in=["asked", "accepted"]), name="certificates_creditclaim_one_live"
            )
        ]


class RegisterLayout(models.Model):
    """The columns of a course's register, in the school's order and words: [{"key", "heading"}]; a heading that is
    empty is the catalogue's. None kept: the columns that `registers` begins with."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="register_layout")
    columns = models.JSONField(default=list)
    changed_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()


class Statement(models.Model):
    """What a learner can show at any moment of where they are: signed, checkable by its code, and of its day for ever.
    The worker signs it (`text` is empty until then) and prints it; what failed is tried again some time after
    `tried_at`."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "progress"
        TRANSCRIPT = "transcript", "transcript"

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=16, unique=True)
    language = models.CharField(max_length=8)
    name_shown = models.CharField(max_length=240)
    facts = models.JSONField(default=dict)  # what it says, frozen
    made_at = models.DateTimeField()
    key = models.ForeignKey(IssuerKey, null=True, on_delete=models.PROTECT)
    text = models.TextField(blank=True, default="")
    paper = models.CharField(max_length=120, blank=True, default="")
    paper_digest = models.CharField(max_length=64, blank=True, default="")
    tried_at = models.DateTimeField(null=True)
    hidden = models.BooleanField(default=False, db_default=False)  # the page says that it is authentic, and its day
