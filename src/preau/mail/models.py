from django.db import models
from django.db.models.functions import Lower

from preau.common.ids import new_id


class Message(models.Model):
    """One message of the outbox. `key` names what it says: the same message never goes twice to one person.

    It waits while `sent_at` is null and `stopped` empty. `token` is what an answer, a bounce and a one-click
    unsubscription bring back; null on rows of releases that had none. `digest_id` is the message that carried this
    one."""

    class Stopped(models.TextChoices):
        OFF = "off", "off"  # the person wants none of this kind
        SUPPRESSED = "suppressed", "suppressed"  # nothing goes to this address
        DIGEST = "digest", "digest"  # it went inside another
        NOWHERE = "nowhere", "nowhere"  # an address that RFC 2606 keeps from ever existing

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    address = models.EmailField(max_length=254)
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=40, default="account", db_default="account")
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=40, blank=True, default="", db_default="")  # IANA; empty: UTC
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True, default="", db_default="")
    reply_to = models.EmailField(max_length=254, blank=True, default="", db_default="")
    token = models.CharField(max_length=22, null=True, unique=True)
    queued_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True)  # not before; null: as soon as allowed
    held = models.BooleanField(default=False, db_default=False)  # for the person's next digest, at `send_at`
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(
        max_length=32, blank=True, default="", db_default=""
    )  # the state folder whose worker has it
    sent_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=10, choices=Stopped, blank=True, default="", db_default="")
    digest_id = models.UUIDField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "key"], name="mail_message_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(stopped=""), name="mail_message_sent_or_stopped"
            ),
        ]
        indexes = [
            models.Index(fields=["queued_at"], name="mail_message_due", condition=models.Q(sent_at=None, stopped="")),
            models.Index(fields=["person_id", "sent_at"], name="mail_message_person"),
            models.Index(fields=["digest_id"], name="mail_message_digest", condition=~models.Q(digest_id=None)),
        ]


class Preference(models.Model):
    """How often a person wants messages of a kind that is not transactional. No row: the kind's own cadence."""

    class Cadence(models.TextChoices):
        NOW = "now", "now"
        DAILY = "daily", "daily"
        WEEKLY = "weekly", "weekly"
        OFF = "off", "off"

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    cadence = models.CharField(max_length=6, choices=Cadence)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "kind"], name="mail_preference_one"),
            models.CheckConstraint(
                condition=models.Q(cadence__in=["now", "daily", "weekly", "off"]), name="mail_preference_cadence"
            ),
        ]


class Suppression(models.Model):
    """An address that messages came back from, or whose owner complained or asked for none.

    A soft one counts (`failures`) and stops nothing before `rules.SOFT_BOUNCES` of them."""

    class Reason(models.TextChoices):
        HARD = "hard", "hard"
        SOFT = "soft", "soft"
        COMPLAINT = "complaint", "complaint"
        ASKED = "asked", "asked"

    id = models.UUIDField(primary_key=True, default=new_id)
    address = models.EmailField(max_length=254)
    reason = models.CharField(max_length=10, choices=Reason)
    since = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="mail_suppression_one")]
