from django.conf import settings
from django.db import models
from django.db.models import Q

from preau.common.ids import new_id
from preau.content.models import Unit
from preau.courses.models import Course

PERSON = settings.AUTH_USER_MODEL


class Member(models.Model):
    """Somebody in the discussions of a course, from edition to edition: what they want to show of themselves, what
    they gave, and what they may do. Its id names them in addresses.

    `field` is one of `rules.FIELDS`, what somebody works in. Counts grow with their posts; `trusted_at` by
    `rules.trusted`. `digested_at`: up to when their summaries have told them what is new."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="members", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="memberships")
    name = models.CharField(max_length=60, blank=True)  # empty: the first word of the account's name
    country = models.CharField(max_length=2, blank=True)  # shown; empty: not shown
    field = models.CharField(max_length=20, blank=True)
    job = models.CharField(max_length=120, blank=True)
    why = models.TextField(blank=True)
    languages = models.JSONField(default=list)
    joined_at = models.DateTimeField()
    rules_at = models.DateTimeField(null=True)  # the house rules were read
    first_at = models.DateTimeField(null=True)  # of their first post
    posts = models.PositiveIntegerField(default=0)
    thanked = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)  # answers of theirs
    trusted_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    banned_at = models.DateTimeField(null=True)
    digested_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "person"], name="discussion_member_once")]


class Circle(models.Model):
    """About thirty people of one language, of many countries and trades, with a host who took part before."""

    id = models.UUIDField(primary_key=True, default=new_id)
    room = models.OneToOneField("Room", on_delete=models.CASCADE, related_name="circle")
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    size = models.PositiveSmallIntegerField(default=0)
    host = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")


class CircleMember(models.Model):
    """A person of a circle; `introduced` is their introduction, `greeted_at` when somebody first answered it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="members")
    space = models.ForeignKey("Space", on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()
    introduced = models.OneToOneField("Post", null=True, on_delete=models.SET_NULL, related_name="+")
    greeted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "person"], name="discussion_circlemember_one")]


class Follow(models.Model):
    """Somebody who wants to be told of a thread, of a room, or of what is asked at a unit in a space; or, `muted`, not
    of this thread."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey("Space", on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey("Thread", null=True, on_delete=models.CASCADE, related_name="follows")
    room = models.ForeignKey("Room", null=True, on_delete=models.CASCADE, related_name="follows")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    muted = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "thread"], condition=Q(thread__isnull=False), name="discussion_follow_thread"
            ),
            models.UniqueConstraint(
                fields=["person", "room"], condition=Q(room__isnull=False), name="discussion_follow_room"
            ),
            models.UniqueConstraint(
                fields=["person", "space", "unit"], condition=Q(unit__isnull=False), name="discussion_follow_unit"
            ),
            models.CheckConstraint(
                condition=(
                    Q(thread__isnull=False, room=None, unit=None)
                    | Q(thread=None, room__isnull=False, unit=None, muted=False)
                    | Q(thread=None, room=None, unit__isnull=False, muted=False)
                ),
                name="discussion_follow_one_thing",
            ),
        ]


class ReadMark(models.Model):
    """Up to which post somebody read a thread."""

    pk = models.CompositePrimaryKey("person_id", "thread_id")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey("Thread", on_delete=models.CASCADE, related_name="marks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
