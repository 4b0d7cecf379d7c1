from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Module, Unit
from preau.courses.models import Course, Edition
from preau.discussion.models_moderation import Flag, ModerationAct, Notice
from preau.discussion.models_people import Circle, CircleMember, Follow, Member, ReadMark

__all__ = [
    "Circle",
    "CircleMember",
    "Edit",
    "Entry",
    "Flag",
    "Follow",
    "LiveSession",
    "Member",
    "ModerationAct",
    "Notice",
    "Post",
    "ReadMark",
    "Room",
    "Space",
    "Thread",
    "Vote",
]

PERSON = settings.AUTH_USER_MODEL


class Space(models.Model):
    """Where people talk: one for each edition; without an edition, the commons of the course, open between editions to
    everybody who ever took part. `links` are [{"title", "address"}], the course's official groups elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="spaces")
    edition = models.OneToOneField(Edition, null=True, on_delete=models.PROTECT, related_name="space")
    links = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course"], condition=Q(edition=None), name="discussion_space_one_commons")
        ]


class Room(models.Model):
    """A part of a space. A room without `titles` is named by its kind; a circle's is read by its members and the team
    only."""

    class Kind(models.TextChoices):
        GENERAL = "general", "general"
        MODULE = "module", "module"
        LANGUAGE = "language", "language"
        JOBS = "jobs", "job-search advice"
        INTRODUCTIONS = "introductions", "introductions"
        CIRCLE = "circle", "circle"
        LIVE = "live", "live sessions"

    id = models.UUIDField(primary_key=True, default=new_id)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="rooms")
    key = models.SlugField(max_length=80)
    kind = models.CharField(max_length=13, choices=Kind)
    titles = models.JSONField(default=dict)
    module = models.ForeignKey(Module, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    closed = models.BooleanField(default=False)  # read only
    hidden = models.BooleanField(default=False)  # the team's only

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "key"], name="discussion_room_key"),
            models.CheckConstraint(
                condition=~Q(kind="module") | Q(module__isnull=False), name="discussion_room_of_a_module"
            ),
        ]


class Thread(models.Model):
    """A question or a discussion, anchored to a unit, to a moment of its video (`moment`, seconds), or to nothing.

    `latest` is the number of its latest post, `replies` how many can be read below the first; `revision` grows with
    everything that changes how the thread looks, so that what was drawn of it can be kept. `answered_at` is the first
    reply of somebody else. `lasting`: shown at the same unit in later editions. `version_id`: what its author saw."""

    class Kind(models.TextChoices):
        QUESTION = "question", "question"
        DISCUSSION = "discussion", "discussion"

    id = models.UUIDField(primary_key=True, default=new_id)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="threads", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="threads", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=150)
    language = models.CharField(max_length=8)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    moment = models.PositiveIntegerField(null=True)
    passage = models.JSONField(
        null=True
    )  # the words that it is about (`content.companions.Passage`): they outlive a cut
    version_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    latest = models.PositiveIntegerField(default=1)
    latest_at = models.DateTimeField()
    replies = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    accepted = models.OneToOneField("Post", null=True, on_delete=models.SET_NULL, related_name="answers")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    counted = models.PositiveIntegerField(null=True)  # the revision for which what its people gave was counted
    lasting = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)  # its first post is hidden, held back or deleted

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(moment=None) | Q(unit__isnull=False), name="discussion_thread_moment_of_a_unit"
            ),
            models.CheckConstraint(condition=Q(replies__lt=F("latest")), name="discussion_thread_counts"),
        ]
        indexes = [
            models.Index(
                fields=["room", "-pinned", "-latest_at"], condition=Q(hidden=False), name="discussion_thread_room"
            ),
            models.Index(fields=["space", "-latest_at"], condition=Q(hidden=False), name="discussion_thread_space"),
            models.Index(fields=["unit", "-latest_at"], condition=Q(hidden=False), name="discussion_thread_unit"),
            models.Index(
                fields=["space", "made_at"],
                condition=Q(kind="question", answered_at=None, hidden=False),
                name="discussion_thread_waiting",
            ),
        ]


class Post(models.Model):
    """A message of a thread; number 1 is what opened it. Its id is that of its act.

    `reveals_at`: somebody marked it as revealing an answer. `state` held: waits for a moderator before others see it.
    `minute`: of a live session's replay, where it was answered. `files` are [{"name", "type", "digest", "bytes"}]."""

    class State(models.TextChoices):
        SHOWN = "shown", "shown"
        HELD = "held", "held"
        HIDDEN = "hidden", "hidden"  # by moderation
        DELETED = "deleted", "deleted"  # by its author; restored by a tap

    id = models.UUIDField(primary_key=True, default=new_id)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    text = models.TextField()
    files = models.JSONField(default=list)
    answers_to = models.PositiveIntegerField(null=True)  # the number of the post that it answers
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State, default=State.SHOWN)
    reveals_at = models.DateTimeField(null=True)
    reveals_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    thanks = models.PositiveIntegerField(default=0)  # votes: « merci », or for a live session's question
    minute = models.PositiveSmallIntegerField(null=True)
    indexed = models.BooleanField(default=False)  # its words are in the search
    told = models.BooleanField(default=False)  # whoever wants mail at once has it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "number"], name="discussion_post_number")]
        indexes = [
            models.Index(fields=["author", "at"], name="discussion_post_author"),
            models.Index(fields=["at"], condition=Q(indexed=False), name="discussion_post_to_index"),
            models.Index(fields=["at"], condition=Q(told=False), name="discussion_post_to_tell"),
            models.Index(fields=["at"], condition=Q(state="held"), name="discussion_post_held"),
        ]


class Edit(models.Model):
    """What a post said before it was changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    text = models.TextField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class Vote(models.Model):
    """A thank-you for a post; for a question to a live session, a voice. Nobody votes twice, nor for oneself."""

    pk = models.CompositePrimaryKey("post_id", "person_id")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="votes", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class Entry(models.Model):
    """What the search knows of a post: its stems (`discussion.stems`), with its thread's title for a first post. The
    number grows with the time of writing, and newest first is its order backwards."""

    id = models.BigAutoField(primary_key=True)
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="entry")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+", db_index=False)
    title = models.TextField(blank=True)  # stems
    words = models.TextField()  # stems


class LiveSession(models.Model):
    """A session in direct: `address` is a stream's, BigBlueButton's or Jitsi's. Its questions are the replies of its
    thread; `replay` is an audio file on this site ({"name", "type", "digest", "bytes"}), empty before there is one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="live")
    titles = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    address = models.URLField(max_length=500, blank=True)
    replay = models.JSONField(default=dict)
    cancelled_at = models.DateTimeField(null=True)
    sequence = models.PositiveSmallIntegerField(default=0)  # of its calendar file (RFC 5545): grows with each change

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="discussion_livesession_lasts")]
        indexes = [models.Index(fields=["starts_at"], name="discussion_livesession_next")]
