from django.db import models

from preau.common.ids import new_id


class Act(models.Model):
    """One accepted POST: its id was made where it was made, so a retry finds the stored outcome. Only `audit.acts`
    touches it."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(db_index=True)  # bare on purpose: an act outlives the erasure of its person
    kind = models.CharField(max_length=24)
    fingerprint = models.BinaryField(max_length=16)
    outcome = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()


class Entry(models.Model):
    """One line of the journal: who did what to which row, and when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    person_id = models.UUIDField(null=True, db_index=True)
    verb = models.CharField(max_length=40)
    about = models.CharField(max_length=40)
    about_id = models.UUIDField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["about", "about_id"], name="audit_entry_about")]
