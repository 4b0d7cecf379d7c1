"""Tracks and their cues. A cue is a row that lives from one revision to another: what stands now is `until` null, what
stood at revision 12 is `since` ≤ 12 < `until` (docs/decisions/0019-subtitles.md)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Cut, Video
from preau.subtitles.models_people import Note, Position, Suggestion, Support

__all__ = ["Cue", "Delivery", "Note", "Position", "Revision", "Suggestion", "Support", "Track"]
PERSON = settings.AUTH_USER_MODEL


class Track(models.Model):
    """The subtitles of one cut of a video in one language. `source` is the track that it translates: its cues carry the
    keys and the times of that one. `automatic`: a machine wrote it and nobody has reviewed it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="tracks", db_index=False)
    cut = models.ForeignKey(Cut, on_delete=models.PROTECT, related_name="tracks")
    language = models.CharField(max_length=8)
    source = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="translations")
    revision = models.PositiveIntegerField(default=0)
    automatic = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["video", "cut", "language"], name="subtitles_track_once")]


class Cue(models.Model):
    """One subtitle from one revision to another: times in milliseconds, `text` in WebVTT cue text, `settings` as WebVTT
    writes them. `key` names it from revision to revision and from cut to cut. `origins` are the keys of the delivered
    cues that it came from; `of`, in a translation, the revision of the source that its words were made from; `by`, who
    wrote it, null for a file."""

    id = models.UUIDField(primary_key=True, default=new_id)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="cues", db_index=False)
    key = models.CharField(max_length=8)
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True)
    start = models.PositiveBigIntegerField()
    end = models.PositiveBigIntegerField()
    text = models.TextField()
    folded = models.TextField()  # its plain words without accents and capitals: what the search looks in
    settings = models.CharField(max_length=200, blank=True)
    origins = models.JSONField(default=list)
    of = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["track", "key"], condition=Q(until=None), name="subtitles_cue_one_living"),
            models.UniqueConstraint(fields=["track", "key", "since"], name="subtitles_cue_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="subtitles_cue_lives"),
        ]
        indexes = [
            models.Index(fields=["track", "start"], condition=Q(until=None), name="subtitles_cue_now"),
            models.Index(fields=["track", "since"], name="subtitles_cue_since"),
        ]


class Revision(models.Model):
    """One change of a track: what made it, and who is to be thanked (`by`)."""

    class What(models.TextChoices):
        FILE = "file"
        SUGGESTION = "suggestion"
        REVERT = "revert"
        FOLLOWED = "followed"  # a correction made on another cut of the video

    id = models.UUIDField(primary_key=True, default=new_id)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    what = models.CharField(max_length=12, choices=What)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    suggestion = models.ForeignKey(Suggestion, null=True, on_delete=models.SET_NULL, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "number"], name="subtitles_revision_number")]


class Delivery(models.Model):
    """A file as it came: [[key, start, end, text], …] under the keys that its cues got, so that the next file is
    compared with it and not with what people made of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="deliveries")
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    cues = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "revision"], name="subtitles_delivery_once")]
