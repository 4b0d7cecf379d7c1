"""What people propose, support and keep beside the words of a video."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Video
from preau.courses.models import Edition

PERSON = settings.AUTH_USER_MODEL


class Suggestion(models.Model):
    """What somebody would have instead of one or two cues: `proposal` is [{"start", "end", "text"}] in milliseconds and
    WebVTT cue text, empty for what is only reported as unclear. `base` is the revision that its author saw; `quote`,
    `before` and `after` are plain words by which it is found again in another cut. `in_favour` and `against` count the
    trusted."""

    class Kind(models.TextChoices):
        WORDS = "words"
        TIMING = "timing"
        SPLIT = "split"
        MERGE = "merge"
        UNCLEAR = "unclear"
        LINE = "line"  # a line of a translation

    class State(models.TextChoices):
        DRAFT = "draft"  # of a translation, its author's own
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id)
    track = models.ForeignKey("Track", on_delete=models.CASCADE, related_name="suggestions", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    first = models.CharField(max_length=8)  # the first of its cues, in the order of their times
    keys = models.JSONField()
    base = models.PositiveIntegerField()
    proposal = models.JSONField(default=list)
    comment = models.CharField(max_length=500, blank=True)
    quote = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    in_favour = models.PositiveIntegerField(default=0)
    against = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)  # why it was refused
    revision = models.PositiveIntegerField(null=True)  # that it made
    told = models.BooleanField(default=False)  # its author, and those whose words it changed

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(author=None) | Q(decided_by=None) | ~Q(author=F("decided_by")),
                name="subtitles_suggestion_not_decided_by_its_author",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision=""), name="subtitles_suggestion_refused_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(revision__isnull=False) | Q(kind="unclear"),
                name="subtitles_suggestion_accepted_makes_a_revision",
            ),
            models.UniqueConstraint(
                fields=["author", "track", "first"], condition=Q(state="draft"), name="subtitles_suggestion_one_draft"
            ),
        ]
        indexes = [
            models.Index(fields=["track", "first"], condition=Q(state="open"), name="subtitles_suggestion_open"),
            models.Index(fields=["track", "state", "made_at"], name="subtitles_suggestion_queue"),
            models.Index(
                fields=["decided_at"],
                condition=Q(told=False, state__in=["accepted", "refused"]),
                name="subtitles_suggestion_to_tell",
            ),
            models.Index(fields=["author", "state", "made_at"], name="subtitles_suggestion_mine"),
            models.Index(fields=["edition", "state", "decided_at"], name="subtitles_suggestion_thanks"),
        ]


class Support(models.Model):
    """Somebody is for (1) or against (-1) a suggestion; `trusted` as they were then."""

    id = models.UUIDField(primary_key=True, default=new_id)
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="supports", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    value = models.SmallIntegerField()
    trusted = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "person"], name="subtitles_support_once"),
            models.CheckConstraint(condition=Q(value__in=[-1, 1]), name="subtitles_support_for_or_against"),
        ]


class Note(models.Model):
    """What somebody keeps for themself at a cue of a video, in whatever language they read it; `at` in milliseconds."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="notes")
    language = models.CharField(max_length=8)
    key = models.CharField(max_length=8)
    at = models.PositiveBigIntegerField()
    quote = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    text = models.TextField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "video", "key"], name="subtitles_note_one_a_cue")]


class Position(models.Model):
    """Where somebody stopped in a video, in milliseconds, on whichever of their devices."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    at = models.PositiveBigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "video"], name="subtitles_position_once")]
