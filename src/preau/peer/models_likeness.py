"""The tables of copies that say the same: what each is recognised by, the pairs that were found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id

PERSON = settings.AUTH_USER_MODEL


class Print(models.Model):
    """What the text of a copy is recognised by (`likeness.packed`), without what the course says itself."""

    submission = models.OneToOneField(
        "peer.Submission", on_delete=models.CASCADE, primary_key=True, related_name="print"
    )
    hashes = models.BinaryField()
    made_at = models.DateTimeField()


class Likeness(models.Model):
    """Two copies that are alike: one of the assignment, another of it or of an earlier edition's. It decides nothing:
    the team reads them side by side, opens a procedure or sets the pair aside."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assignment = models.ForeignKey("peer.Assignment", on_delete=models.CASCADE, related_name="likenesses")
    submission = models.ForeignKey("peer.Submission", on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("peer.Submission", on_delete=models.CASCADE, related_name="+")
    common = models.PositiveIntegerField()  # fingerprints
    share = models.FloatField()  # of those of the shorter copy
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, default=None)
    settled_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    settled = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "other"], name="peer_likeness_once"),
            models.CheckConstraint(condition=~Q(submission=F("other")), name="peer_likeness_of_two"),
        ]
