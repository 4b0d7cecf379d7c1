from django.conf import settings
from django.db import models
from django.db.models import Q

from preau.common.ids import new_id

PERSON = settings.AUTH_USER_MODEL


class Flag(models.Model):
    """Somebody tells the moderators what is wrong with a post. Who flagged is never shown to its author."""

    class Reason(models.TextChoices):
        SPAM = "spam", "spam"
        UNKIND = "unkind", "unkind"
        PERSONAL = "personal", "personal data"
        COPY = "copy", "copied work"
        ILLEGAL = "illegal", "illegal"
        PLACE = "place", "in the wrong place"
        OTHER = "other", "other"

    id = models.UUIDField(primary_key=True, default=new_id)
    post = models.ForeignKey("Post", on_delete=models.CASCADE, related_name="flags")
    space = models.ForeignKey("Space", on_delete=models.CASCADE, related_name="flags", db_index=False)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason)
    words = models.TextField(blank=True)
    raised_at = models.DateTimeField()
    claimed_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True)
    act = models.ForeignKey("ModerationAct", null=True, on_delete=models.SET_NULL, related_name="flags")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person"], condition=Q(person__isnull=False), name="discussion_flag_once"
            )
        ]
        indexes = [
            models.Index(fields=["space", "raised_at"], condition=Q(settled_at=None), name="discussion_flag_queue")
        ]


class ModerationAct(models.Model):
    """What a moderator did, with the statement of reasons that its author was given (Regulation (EU) 2022/2065,
    article 17), and what came of a contest. `before` is what an undo needs."""

    class What(models.TextChoices):
        HIDE = "hide", "hide"
        RESTORE = "restore", "restore"
        RELEASE = "release", "release what was held"
        WARN = "warn", "warn"
        MUTE = "mute", "mute"
        BAN = "ban", "ban"
        LIFT = "lift", "lift a mute or a ban"
        FOLD = "fold", "fold as spam"
        RETITLE = "retitle", "retitle"
        MOVE = "move", "move"
        CLOSE = "close", "close"
        REOPEN = "reopen", "reopen"

    id = models.UUIDField(primary_key=True, default=new_id)
    space = models.ForeignKey("Space", on_delete=models.CASCADE, related_name="moderation", db_index=False)
    what = models.CharField(max_length=8, choices=What)
    post = models.ForeignKey("Post", null=True, on_delete=models.SET_NULL, related_name="moderation")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")  # whom it concerns
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    rule = models.CharField(max_length=20, blank=True)  # of the house rules: a key of `rules.HOUSE`
    statement = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    until = models.DateTimeField(null=True)  # of a mute
    contested_at = models.DateTimeField(null=True)
    contest = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True)
    upheld = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(contested_at__isnull=False), name="discussion_act_answers_a_contest"
            ),
            models.CheckConstraint(condition=~Q(what="mute") | Q(until__isnull=False), name="discussion_act_mute_ends"),
        ]
        indexes = [
            models.Index(fields=["space", "-at"], name="discussion_act_latest"),
            models.Index(
                fields=["space", "contested_at"],
                condition=Q(contested_at__isnull=False, answered_at=None),
                name="discussion_act_contested",
            ),
        ]


class Notice(models.Model):
    """A notice of illegal content by anybody, with or without an account (article 16). `address` is what they gave;
    `post` what it leads to."""

    id = models.UUIDField(primary_key=True, default=new_id)
    address = models.CharField(max_length=500)
    post = models.ForeignKey("Post", null=True, on_delete=models.SET_NULL, related_name="notices")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=8)
    reason = models.TextField()
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    decision = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], condition=Q(decided_at=None), name="discussion_notice_queue")]
