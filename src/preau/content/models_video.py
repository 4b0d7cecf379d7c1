"""Videos of a course: the work, and the files that it was cut into."""

from django.db import models
from django.db.models import Q

from preau.common.ids import new_id
from preau.courses.models import Course


class Video(models.Model):
    """A video as people know it, whichever file it is today: what they write about its words belongs here. `name` is
    the path of its file from the course's root, without the suffix."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="videos")
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "name"], name="content_video_name")]


class Cut(models.Model):
    """One file of a video, by its content, and what was made of it: `made` holds, for `small`, `large`, `audio` and
    `poster`, {digest, suffix, bytes} of a file in the media folder; it grows as the work goes on."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, unique=True)
    suffix = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    seconds = models.FloatField(null=True)
    made = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="content_cut_percent"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="content_cut_refused_why"),
            models.CheckConstraint(condition=~Q(state="ready") | Q(seconds__isnull=False), name="content_cut_ready"),
        ]
        indexes = [
            models.Index(fields=["added_at"], condition=Q(state="waiting"), name="content_cut_waiting"),
        ]
