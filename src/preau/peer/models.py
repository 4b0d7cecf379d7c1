from django.conf import settings
from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Unit
from preau.courses.models import Edition, Enrolment
from preau.peer.models_grading import (
    Appeal,
    Case,
    Flag,
    Grade,
    GradeChange,
    PeerGrade,
    StaffTurn,
)
from preau.peer.models_likeness import Likeness, Print

__all__ = [
    "Appeal",
    "Assignment",
    "Attached",
    "Case",
    "Document",
    "Draft",
    "Flag",
    "Grade",
    "GradeChange",
    "Likeness",
    "PeerGrade",
    "PoolEntry",
    "Print",
    "Review",
    "Rubric",
    "StaffTurn",
    "Submission",
    "Training",
    "Wait",
    "Widening",
]

PERSON = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """An assignment that peers assess, as one edition runs it: made when the first person needs it.

    `adjusted` are the terms that the desk changed over those of the course, `told` which phases people were written to
    about, and when.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    adjusted = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    computed_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True, default=None)  # its copies with each other, and with earlier ones
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "unit"], name="peer_assignment_once")]


class Rubric(models.Model):
    """A rubric of an assignment, for good: reviews point to it. Another scoring is another row, and the one of the
    highest number is in force; another wording changes `texts` (by language), which are empty while the words are
    those of the course's version."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="rubrics")
    number = models.PositiveSmallIntegerField()
    version_id = models.UUIDField()
    texts = models.JSONField(default=dict)
    scoring = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "number"], name="peer_rubric_number")]


class Draft(models.Model):
    """A text being written, kept at every pause; one per learner and assignment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="drafts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    text = models.TextField(blank=True)
    help = models.TextField(blank=True, default="", db_default="")  # the declaration of help received
    ai = models.TextField(blank=True, default="", db_default="")  # and of what a generative AI did
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "unit"], name="peer_draft_once")]


class Submission(models.Model):
    """A text handed in (a « copie »); a later one replaces it by a new row, so that every receipt stays true."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    version_id = models.UUIDField()  # the version of the assignment that the author saw
    text = models.TextField()
    help = models.TextField(blank=True, default="", db_default="")
    ai = models.TextField(blank=True, default="", db_default="")
    language = models.CharField(max_length=8, blank=True, default="", db_default="")  # in which it is written
    size = models.PositiveIntegerField()  # bytes of UTF-8, and of the files
    fingerprint = models.CharField(max_length=64)  # SHA-256, hexadecimal, as on the receipt
    submitted_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    current = models.BooleanField(default=True)
    # Taken out of the assessment, its learner's own doing or the team's: nobody is given it any more.
    cancelled_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "unit"], condition=Q(current=True), name="peer_submission_one_current"
            )
        ]


class Document(models.Model):
    """A file of a copy. `name` is its author's and shown to nobody else but the team; reviewers get a light PDF
    without metadata, under a name of ours. The original stays for the team."""

    class State(models.TextChoices):
        UPLOADING = "uploading", "uploading"
        WAITING = "waiting", "waiting to be made light"
        READY = "ready", "ready"
        REFUSED = "refused", "refused"

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="documents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=8, blank=True)  # as found in its content: one of `terms.FORMATS`
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)  # bytes that are here so far
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the original, hexadecimal
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADING)
    reason = models.CharField(max_length=40, blank=True)  # why it was refused: a key of `documents.REASONS`
    light_size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, default=None)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)  # to make it light; counted before each
    tried_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="peer_document_received_within")
        ]
        indexes = [
            models.Index(fields=["added_at"], condition=Q(state="waiting"), name="peer_document_waiting"),
        ]


class Attached(models.Model):
    """A document as part of one copy, in its place: a copy that replaces another keeps the documents it still has."""

    pk = models.CompositePrimaryKey("submission_id", "document_id")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attached", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attached")
    position = models.PositiveSmallIntegerField()


class PoolEntry(models.Model):
    """A copy that waits for reviews, and all that `peer.allocation` decides by. `expected` is `finished` and what the
    open leases are worth; `given` the reviews that its author finished; `tier` 0 is served first, 3 never by itself."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, primary_key=True, related_name="pool")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="pool", db_index=False)
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    team_id = models.UUIDField(null=True, default=None)
    language = models.CharField(max_length=8)
    submitted_at = models.DateTimeField()
    wanted = models.PositiveSmallIntegerField()  # R: the reviews guaranteed, one more where the model asks for it
    given = models.PositiveSmallIntegerField(default=0)
    finished = models.PositiveSmallIntegerField(default=0)
    leased = models.PositiveSmallIntegerField(default=0)
    expected = models.FloatField(default=0)
    tier = models.PositiveSmallIntegerField(default=2)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "author"], name="peer_poolentry_once")]
        indexes = [
            models.Index(
                fields=["assignment", "tier", "expected", "submitted_at"],
                condition=Q(withdrawn=False),
                name="peer_poolentry_next",
            )
        ]


class Review(models.Model):
    """An assessment of a copy, from the lease on. Its id is all that author and reviewer ever see of each other.

    `returned_at`: given back, or taken back after two hours without a sign; a late finish is accepted all the same.
    """

    class Kind(models.TextChoices):
        PEER = "peer", "by a learner"
        SELF = "self", "of one's own copy"
        HELPER = "helper", "by a volunteer or a coach"
        STAFF = "staff", "by the team"

    id = models.UUIDField(primary_key=True, default=new_id)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    reviewer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PEER)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+", db_index=False)
    leased_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, default=None)
    finished_at = models.DateTimeField(null=True, default=None)
    late = models.BooleanField(default=False)  # finished after the results: advice, without weight
    levels = models.JSONField(default=dict)  # criterion -> place of its level
    comments = models.JSONField(default=dict)  # criterion -> words
    words = models.TextField(blank=True)  # to the author, as a letter
    score = models.FloatField(null=True, default=None)
    useful = models.BooleanField(null=True, default=None)  # what the author says of it
    hidden = models.BooleanField(default=False)  # abusive: the team took it out of sight, and of the grade

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "reviewer"], name="peer_review_once"),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=100), name="peer_review_score_within"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(score__isnull=False), name="peer_review_finished_scored"
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "assignment"], name="peer_review_by"),
            models.Index(
                fields=["assignment", "seen_at"],
                condition=Q(finished_at=None, returned_at=None),
                name="peer_review_open",
            ),
        ]


class Wait(models.Model):
    """Somebody who asked for a copy when there was none: written to when there is one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="waits")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "person"], name="peer_wait_once")]


class Training(models.Model):
    """An exemplar that a learner assessed before their first review."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="trainings")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    exemplar = models.CharField(max_length=80)
    levels = models.JSONField(default=dict)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "person", "exemplar"], name="peer_training_once")]


class Widening(models.Model):
    """Who else may assess, opened by the team in one act: approved volunteers, coaches, staff."""

    class Group(models.TextChoices):
        VOLUNTEERS = "volunteers", "volunteers"
        COACHES = "coaches", "coaches"
        STAFF = "staff", "staff"

    id = models.UUIDField(primary_key=True, default=new_id)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="widenings")
    group = models.CharField(max_length=10, choices=Group)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "group"], condition=Q(ended_at=None), name="peer_widening_once"
            )
        ]
