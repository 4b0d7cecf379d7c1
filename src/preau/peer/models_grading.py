"""The tables of what a copy is worth: what the peers' reviews come to, the team's grades, appeals and cases."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id

PERSON = settings.AUTH_USER_MODEL
WITHIN = Q(score__gte=0) & Q(score__lte=100)


class Grade(models.Model):
    """The team's own grade of a copy, with a remark to its author. Where peers assess, it takes the place of theirs."""

    id = models.UUIDField(primary_key=True, default=new_id)
    submission = models.OneToOneField("peer.Submission", on_delete=models.PROTECT, related_name="grade")
    score = models.FloatField()
    of = models.FloatField(default=100)
    remark = models.TextField(blank=True)
    graded_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    graded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=F("of")), name="peer_grade_within")
        ]


class StaffTurn(models.Model):
    """A copy drawn for the team to grade. Only the random ones may say how severe the class is (`peer.model`)."""

    class Why(models.TextChoices):
        RANDOM = "random", "drawn at random"
        UNCERTAIN = "uncertain", "among the most uncertain"
        THRESHOLD = "threshold", "its interval holds the pass mark"
        PROMISED = "promised", "its guaranteed reviews did not come"

    submission = models.OneToOneField(
        "peer.Submission", on_delete=models.CASCADE, primary_key=True, related_name="staff_turn"
    )
    assignment = models.ForeignKey("peer.Assignment", on_delete=models.CASCADE, related_name="staff_turns")
    why = models.CharField(max_length=9, choices=Why)
    drawn_at = models.DateTimeField()


class PeerGrade(models.Model):
    """What the reviews of a copy come to, as `peer.model` reckoned it: in percent, with the 80 % interval.

    `lines` are the reviews that count, as [{review, grade, correction, weight, note}]: the published grade is their
    weighted mean, so that it can be shown line by line. `published_at` freezes it: only an appeal or the team then
    changes what the learner has, by a `GradeChange`.
    """

    submission = models.OneToOneField(
        "peer.Submission", on_delete=models.CASCADE, primary_key=True, related_name="peer_grade"
    )
    score = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    method = models.CharField(max_length=8)  # "model", "median" or "staff"
    model = models.CharField(max_length=20)
    inputs = models.CharField(max_length=64)  # the hash of what went in
    lines = models.JSONField(default=list)
    needs_review = models.BooleanField(default=False)
    computed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=WITHIN, name="peer_peergrade_within"),
            models.CheckConstraint(
                condition=Q(low__lte=F("score")) & Q(high__gte=F("score")), name="peer_peergrade_interval"
            ),
        ]


class GradeChange(models.Model):
    """Every grade that a learner was given for a copy, and why it changed: the first is the publication."""

    class Cause(models.TextChoices):
        PUBLISHED = "published", "published"
        DONE = "done", "the reviews owed were written"
        STAFF = "staff", "changed by the team"
        APPEAL = "appeal", "after an appeal"
        CASE = "case", "after a plagiarism procedure"

    id = models.UUIDField(primary_key=True, default=new_id)
    submission = models.ForeignKey("peer.Submission", on_delete=models.PROTECT, related_name="changes")
    score = models.FloatField()
    former = models.FloatField(null=True)
    cause = models.CharField(max_length=9, choices=Cause)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=WITHIN, name="peer_gradechange_within"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(cause="published"), name="peer_gradechange_published_once"
            ),
        ]


class Appeal(models.Model):
    """A learner's appeal (« réclamation ») of a published grade, one a copy, answered by the team with a reason."""

    id = models.UUIDField(primary_key=True, default=new_id)
    submission = models.OneToOneField("peer.Submission", on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField()
    made_at = models.DateTimeField()
    kept = models.BooleanField(null=True, default=None)  # the grade stays
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | (Q(kept__isnull=False) & ~Q(answer="")), name="peer_appeal_answered"
            )
        ]


class Flag(models.Model):
    """What a reviewer says of a copy, or an author of a review, that is not for the grade: seen by the team only."""

    class Kind(models.TextChoices):
        ABUSE = "abuse", "insulting, or dangerous"
        PLAGIARISM = "plagiarism", "copied"
        IDENTITY = "identity", "it says who its author is"
        EMPTY = "empty", "nothing to assess"

    id = models.UUIDField(primary_key=True, default=new_id)
    review = models.ForeignKey("peer.Review", on_delete=models.PROTECT, related_name="flags")
    of_review = models.BooleanField(default=False)  # said by the author, of the review; else of the copy
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, default=None)
    settled_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    settled = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "of_review", "kind"], name="peer_flag_once"),
        ]
        indexes = [models.Index(fields=["raised_at"], condition=Q(settled_at=None), name="peer_flag_open")]


class Case(models.Model):
    """A procedure for plagiarism: a notice to the author, their reply by a date, a decision with its reason.

    Nothing counts against anybody before it is decided; the grade waits when results come first.
    """

    class Decision(models.TextChoices):
        OPEN = "", "open"
        DISMISSED = "dismissed", "nothing is held against the author"
        CHANGED = "changed", "another grade"
        CANCELLED = "cancelled", "the copy counts for nothing"

    id = models.UUIDField(primary_key=True, default=new_id)
    submission = models.ForeignKey("peer.Submission", on_delete=models.PROTECT, related_name="cases")
    flag = models.ForeignKey(Flag, null=True, on_delete=models.SET_NULL, related_name="+")
    notice = models.TextField()
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField()
    reply_until = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, default=None)
    decision = models.CharField(max_length=9, choices=Decision, blank=True, default=Decision.OPEN)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(decided_at=None), name="peer_case_one_open"),
            models.CheckConstraint(
                condition=Q(decided_at=None) | (~Q(reason="") & ~Q(decision="")), name="peer_case_decided"
            ),
        ]
