from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from preau.common.ids import new_id
from preau.courses.membership import Membership, membership
from preau.courses.models_people import Role, SafetyContact, Shift, Volunteer

__all__ = [
    "Addition",
    "Course",
    "Edition",
    "Elective",
    "Enrolment",
    "Excuse",
    "Extension",
    "ExtraTime",
    "Group",
    "GroupMember",
    "Institution",
    "Milestone",
    "Postponement",
    "Role",
    "SafetyContact",
    "Shift",
    "Track",
    "Volunteer",
    "text_in",
]


class Course(models.Model):
    """A book: what editions are printed from. Titles and presentation by language, as its author wrote them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    slug = models.SlugField(max_length=60, unique=True)
    titles = models.JSONField(default=dict)
    languages = models.JSONField(default=list)  # the source language first
    about = models.JSONField(default=dict)  # description, outcomes, audience … of course.yaml
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug

    def title(self, language: str) -> str:
        return text_in(self.titles, language) or self.slug


class Institution(models.Model):
    """Who gives a course or takes part in one: a school, a company."""

    id = models.UUIDField(primary_key=True, default=new_id)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    site = models.URLField(blank=True)


class Edition(models.Model):
    """A printing with dates (a « session »). `revision` grows with every change of its dates or pages: caches hang
    on it."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", "public"
        PRIVATE = "private", "private"

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="editions")
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT)
    slug = models.SlugField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField()
    enrols_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    enrolment_closes_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    zone = models.CharField(max_length=40, default="Europe/Paris")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    published_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="courses_edition_number"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="courses_edition_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(enrolment_closes_at__gt=F("enrols_at")), name="courses_edition_enrolment_order"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def zone_info(self) -> ZoneInfo:
        """The edition's zone, in which its dates are told."""
        return ZoneInfo(self.zone)


class Milestone(models.Model):
    """A dated moment of an edition: `key` is a unit's, a module's or a track's bare id, `what` which of its moments."""

    class What(models.TextChoices):
        OPENS = "opens", "opens"
        DUE = "due", "due"
        CLOSES = "closes", "closes"
        REVIEWS_DUE = "reviews_due", "reviews due"
        RESULTS = "results", "results"
        JOINS = "joins", "joins"  # of a track: until when one may change to it
        JURY = "jury", "jury"  # of a track: when its deliberation is

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=80)
    what = models.CharField(max_length=11, choices=What)
    at = models.DateTimeField()
    moved = models.BooleanField(default=False)  # by hand at the desk: a new printing keeps it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "key", "what"], name="courses_milestone_once")]


class Track(models.Model):
    """A path to a reward: thresholds as data, judged by `grades.rules`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="tracks")
    key = models.CharField(max_length=40)
    titles = models.JSONField(default=dict)
    credits = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    rule = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="courses_track_key")]

    def title(self, language: str) -> str:
        return text_in(self.titles, language) or self.key

    @property
    def added(self) -> bool:
        """Is it one that is taken beside another, never instead of it?"""
        return bool(self.rule.get("added"))

    @property
    def returning(self) -> bool:
        """Is it for those who took part in an earlier edition?"""
        return bool(self.rule.get("for") == "returning")


class Enrolment(models.Model):
    """A person in an edition, on one track at a time. Leaving sets `left_at`, being removed by the team `removed_for`
    too (its reason); the row and its results stay, and coming back takes the same row up again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    track = models.ForeignKey(Track, on_delete=models.PROTECT)
    enrolled_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    removed_for = models.CharField(max_length=300, blank=True, default="", db_default="")
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "edition"], condition=Q(left_at=None), name="courses_enrolment_one_live"
            ),
            models.CheckConstraint(
                condition=Q(removed_for="") | Q(left_at__isnull=False), name="courses_enrolment_removed_is_out"
            ),
        ]

    @property
    def membership(self) -> Membership:
        """Where its person is with its edition."""
        return membership(there=True, left=self.left_at is not None, removed=self.removed_for != "")


class Addition(models.Model):
    """A track that a learner takes beside their own, such as a team's project: it never lowers what they have. Giving
    it up sets `dropped_at`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="additions")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="additions")
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "track"], condition=Q(dropped_at=None), name="courses_addition_one_live"
            )
        ]


class Elective(models.Model):
    """An elective that a learner chose to follow: `key` is the module's bare id. Their path and their hours count it;
    what it may bring to a track is counted whether it was chosen or not."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="electives")
    key = models.CharField(max_length=80)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "key"], name="courses_elective_once")]


class Extension(models.Model):
    """A later date for one learner, with its reason: `key` is a milestone's key or a bare unit id."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="extensions")
    key = models.CharField(max_length=80)
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    batch = models.UUIDField(null=True, blank=True)  # given to many in one act, and taken back in one
    # The extension that this one took the place of: until, reason, given_by, given_at, batch, replaced.
    replaced = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "key"], name="courses_extension_once")]


class Postponement(models.Model):
    """Deadlines put off by some hours in one act, for all, for a track, a country or a group. Its id is the act's, and
    the `Extension.batch` of what was given; for all, the dates themselves moved.

    `moves` is [{"key", "what", "before", "after"}] in ISO 8601, `people` whom it touched, `given` extensions; `telling`
    what people are still to be told of, those after `cursor`, the last enrolment that was."""

    class Scope(models.TextChoices):
        ALL = "all", "all"
        TRACK = "track", "track"
        COUNTRY = "country", "country"
        GROUP = "group", "group"

    class Telling(models.TextChoices):
        NOTHING = "", "nothing"
        MADE = "made", "made"
        UNDONE = "undone", "undone"

    id = models.UUIDField(primary_key=True)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="postponements")
    scope = models.CharField(max_length=7, choices=Scope)
    value = models.CharField(max_length=40, blank=True)  # a track's key, a country's code, a group's id
    hours = models.PositiveSmallIntegerField()
    moves = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    people = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)
    told = models.BooleanField(default=False)
    telling = models.CharField(max_length=6, choices=Telling, blank=True, default="", db_default="")
    cursor = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(scope="all") & Q(value="")) | (~Q(scope="all") & ~Q(value="")),
                name="courses_postponement_scope",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="courses_postponement_later"),
        ]
        indexes = [models.Index(fields=["edition", "at"], name="courses_postponement_latest")]


class Group(models.Model):
    """People of an edition under a name that staff gave them, to be meant again. One that was deleted stays as a row:
    what was done for it still says for whom."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"], condition=Q(deleted_at=None), name="courses_group_one_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="courses_group_named"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """An enrolment in a group of its edition, from `added_at` until `removed_at`: who was in it at a moment stays
    known, so that an act for the group is told and taken back for those whom it reached."""

    id = models.UUIDField(primary_key=True, default=new_id)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="memberships")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "enrolment"], condition=Q(removed_at=None), name="courses_groupmember_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(removed_at__gte=F("added_at")), name="courses_groupmember_order"
            ),
        ]


class ExtraTime(models.Model):
    """More time in what is timed, for one person in one edition: `percent` of the time that others have, on the days
    from `first` to `last`, both included, in the edition's zone. It is theirs and not one enrolment's: who leaves and
    comes back has it still. The reason may speak of health: only the edition's staff and the person read it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="extra_times")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extra_times")
    percent = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=300)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()
    batch = models.UUIDField(null=True, blank=True)  # given to many in one act, and ended in one

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1) & Q(percent__lte=200), name="courses_extratime_percent"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="courses_extratime_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="courses_extratime_reason"),
        ]
        indexes = [models.Index(fields=["person", "edition", "first"], name="courses_extratime_of")]


class Excuse(models.Model):
    """A unit that does not count for one learner, with its reason: `key` is the unit's bare id."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="excuses")
    key = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "key"], name="courses_excuse_once")]


def text_in(texts: object, language: str) -> str:
    """A text by language, else in the source language; a bare text is every language's."""
    if isinstance(texts, str):
        return texts
    if not isinstance(texts, dict) or not texts:
        return ""
    return str(texts.get(language) or next(iter(texts.values())))
