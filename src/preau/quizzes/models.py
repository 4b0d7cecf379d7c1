from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Unit, Version
from preau.courses.models import Edition, Enrolment


class Question(models.Model):
    """A stable row: the same question across languages and versions."""

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=80)  # its `[id:…]`, else its ordinal in the unit

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="quizzes_question_key")]


class QuestionSpec(models.Model):
    """A question as one version has it in one language, its key of answers included: never sent as it is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="specs")
    language = models.CharField(max_length=8)
    position = models.PositiveSmallIntegerField()
    pooled = models.BooleanField(default=False)
    data = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "question", "language"], name="quizzes_questionspec_once")
        ]


class Attempt(models.Model):
    """One go at a quiz. What the learner drew (the paper) follows from `version` and `seed`, so it needs no row of
    its own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, db_index=False)
    number = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)  # of one that is timed, fixed when it began
    score = models.FloatField(default=0)
    of = models.FloatField()

    class Meta:
        indexes = [
            models.Index(
                fields=["ends_at"], condition=Q(closed_at=None, ends_at__isnull=False), name="quizzes_attempt_ending"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "unit", "number"], name="quizzes_attempt_number"),
            models.UniqueConstraint(
                fields=["enrolment", "unit"], condition=Q(closed_at=None), name="quizzes_attempt_one_open"
            ),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=F("of")), name="quizzes_attempt_within"),
        ]


class Answer(models.Model):
    """What was answered to one question of an attempt: one row, 16-byte ids, the pair as its key (bars.md counts its
    bytes)."""

    pk = models.CompositePrimaryKey("attempt_id", "question_id")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, db_index=False)
    given = models.JSONField()
    score = models.FloatField(null=True)  # 0..1 of the question; null when nobody grades it
    received_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)  # as the device says, of one that waited for a network

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | (Q(score__gte=0) & Q(score__lte=1)), name="quizzes_answer_within"
            )
        ]


class Gap(models.Model):
    """A time in which a timed attempt was out of reach, as the answers written in it told when they arrived: from the
    last stamp that the device had to their arrival. `after_end`: some arrived after the attempt had ended."""

    id = models.UUIDField(primary_key=True, default=new_id)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="gaps")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    answers = models.PositiveSmallIntegerField()
    after_end = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("began_at")), name="quizzes_gap_in_order"),
        ]


class Ruling(models.Model):
    """What the team decided on a question of an edition whose key was wrong; every answer is scored by it, those given
    before too. `regraded_at` once they all are, or are again after it was withdrawn.

    `kind`: cancel (it counts for nobody), also (what is in `values` is right too), right (nothing else is)."""

    class Kind(models.TextChoices):
        CANCEL = "cancel", "cancel"
        ALSO = "also", "also"
        RIGHT = "right", "right"

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rulings")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=6, choices=Kind)
    values = models.JSONField(default=list)  # in the shape of `Answer.given`, one entry for each accepted answer
    reason = models.CharField(max_length=300)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ruled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    # The last enrolment that was regraded, since it was made or withdrawn: a killed task goes on after it.
    cursor = models.UUIDField(null=True)
    regraded_at = models.DateTimeField(null=True)
    affected = models.PositiveIntegerField(default=0)  # learners whose result changed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "question"], condition=Q(withdrawn_at=None), name="quizzes_ruling_one_live"
            )
        ]
