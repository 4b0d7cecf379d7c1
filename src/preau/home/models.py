from django.db import models

from preau.common.ids import new_id
from preau.courses.models import Edition, Enrolment


class Feed(models.Model):
    """The secret address of a learner's calendar. Another token in its place, and the former address is closed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="feed")
    token = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(token=""), name="home_feed_secret")]


class Round(models.Model):
    """How far the weekly messages of an edition are for the learners of one zone: those up to `cursor`, the last
    enrolment that was looked at, have theirs; all of them once it has `ended_at`. `week` is its Monday."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rounds")
    zone = models.CharField(max_length=40)
    week = models.DateField()
    cursor = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "zone", "week"], name="home_round_once")]
