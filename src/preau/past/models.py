from django.conf import settings
from django.db import models
from django.db.models import Q

from preau.common.ids import new_id
from preau.courses.models import Course

STANDING = Q(finished_at__isnull=False, withdrawn_at=None)  # of a source: only then does what it says count


class Source(models.Model):
    """A file that came in, as somebody said where it is from. Written up to `cursor`; nothing of it counts until
    `finished_at`, nor from `withdrawn_at` on. `ground` is a fingerprint of the people known when it began: where they
    changed before it is gone on with, it begins again."""

    class Kind(models.TextChoices):
        PEOPLE = "people", "people's results"
        TOTALS = "totals", "totals"

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=6, choices=Kind)
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    origin = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    cursor = models.PositiveIntegerField(default=0)
    ground = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)  # [{"line", "code", "values"}], as `words.sentence` says them

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "digest", "kind"], condition=Q(withdrawn_at=None), name="past_source_once"
            ),
            models.UniqueConstraint(
                fields=["course"], condition=Q(finished_at=None, withdrawn_at=None), name="past_source_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(origin=""), name="past_source_has_origin"),
        ]

    def __str__(self) -> str:
        return self.origin

    @property
    def brought(self) -> int:
        """How many results or figures came in with it."""
        return int(self.counts.get("results", 0) or self.counts.get("totals", 0))


class Former(models.Model):
    """Somebody of a course's former editions, with an account (`person`) or without. An address or a number that a
    later file taught has that file in `email_from`, `number_from`. Erased, only certificates stay, of nobody."""

    class How(models.TextChoices):
        EMAIL = "email", "by a confirmed address"
        STAFF = "staff", "by the team"

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="formers", db_index=False)
    email = models.CharField(max_length=254, blank=True)
    number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="formers")
    email_from = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    number_from = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="formerly")
    linked_how = models.CharField(max_length=5, choices=How, blank=True)
    linked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "email"], condition=~Q(email=""), name="past_former_one_email"),
            models.UniqueConstraint(
                fields=["course", "number"], condition=~Q(number=""), name="past_former_one_number"
            ),
            models.CheckConstraint(
                condition=Q(person=None, linked_how="", linked_at=None)
                | (Q(linked_at__isnull=False) & ~Q(linked_how="")),
                name="past_former_linked_somehow",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(email="", number="", name="", person=None),
                name="past_former_erased_is_nobody",
            ),
        ]
        indexes = [models.Index(fields=["email"], condition=~Q(email=""), name="past_former_by_email")]


class FormerResult(models.Model):
    """What one file says of a person and an object: a unit, a module, a track by the bare id of `course.yaml`, or the
    edition as a whole (`key` empty): that they took part, and what came of it where no track is named. Another file may
    add to it (a certificate to a result), in a row of its own."""

    class What(models.TextChoices):
        UNIT = "unit", "unit"
        MODULE = "module", "module"
        TRACK = "track", "track"
        EDITION = "edition", "edition"

    pk = models.CompositePrimaryKey("former_id", "edition_number", "what", "key", "source_id")
    former = models.ForeignKey(Former, on_delete=models.CASCADE, related_name="results", db_index=False)
    edition_number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=7, choices=What)
    key = models.CharField(max_length=80, blank=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="results", db_index=False)
    line = models.PositiveIntegerField()
    percent = models.FloatField(null=True)
    passed = models.BooleanField(null=True)
    certificate = models.CharField(max_length=80, blank=True)
    credits = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    at = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__range=(0, 100)), name="past_result_within"),
            models.CheckConstraint(
                condition=Q(what="edition", key="") | (~Q(what="edition") & ~Q(key="")), name="past_result_of_something"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "line"], name="past_result_by_line"),
            models.Index(fields=["certificate"], condition=~Q(certificate=""), name="past_result_by_certificate"),
        ]


class Total(models.Model):
    """A figure of a former edition: reported by a file of totals, or `counted` from people's results. `said` is where
    it comes from, in the words of who brought it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="former_totals", db_index=False)
    edition_number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    counted = models.BooleanField(default=False)
    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="totals")
    said = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "edition_number", "what", "counted"], name="past_total_once"),
            models.CheckConstraint(
                condition=Q(counted=True, source=None) | Q(counted=False, source__isnull=False),
                name="past_total_has_source",
            ),
        ]


class Doubt(models.Model):
    """Rows that could be two people's, or somebody who says that they took part under another address (`person`,
    without a source). Attached to nobody until a member of staff decides; what a decision did is in `made`, so that it
    can be taken back."""

    class Kind(models.TextChoices):
        TWO_PEOPLE = "two_people", "address and number of two people"
        TWO_NUMBERS = "two_numbers", "an address with two numbers"
        TWO_EMAILS = "two_emails", "a number with two addresses"
        OTHER_NAME = "other_name", "a number with two names"
        CLAIM = "claim", "somebody says that it was them"

    class Decision(models.TextChoices):
        OPEN = "", "open"
        ATTACHED = "attached", "attached to somebody known"
        APART = "apart", "somebody else"
        DROPPED = "dropped", "dropped"

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="doubts", db_index=False)
    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="doubts")
    line = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=11, choices=Kind)
    email = models.CharField(max_length=254, blank=True)
    number = models.CharField(max_length=40, blank=True)
    names = models.JSONField(default=list)
    rows = models.JSONField(default=list)  # what the file says: [{edition, what, key, line, percent, …}]
    edition_number = models.PositiveSmallIntegerField(null=True)  # that a claim names
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="claims_of_former"
    )
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    former = models.ForeignKey(Former, null=True, on_delete=models.SET_NULL, related_name="doubts")
    made = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="past_doubt_decided_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="claim", source=None, person__isnull=False)
                | (~Q(kind="claim") & Q(source__isnull=False, person=None)),
                name="past_doubt_of_a_file_or_a_person",
            ),
        ]
        indexes = [models.Index(fields=["course", "decision", "asked_at"], name="past_doubt_queue")]


class Forgotten(models.Model):
    """Somebody who was erased and had no account: a keyed fingerprint of their address or number, so that a file that
    comes again does not bring them back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "mark"], name="past_forgotten_once")]
