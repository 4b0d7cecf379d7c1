from django.db import models

from preau.common.ids import new_id


class Message(models.Model):
    """One message of the outbox. `key` names what it says: the same message never goes twice to one person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    address = models.EmailField(max_length=254)
    key = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    queued_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "key"], name="mail_message_once")]
        indexes = [models.Index(fields=["queued_at"], name="mail_message_waiting", condition=models.Q(sent_at=None))]
