from django.db import models
from django.db.models import Q

from preau.common.ids import new_id
from preau.content.models_video import Cut, Video
from preau.courses.models import Course, Edition

__all__ = [
    "Cut",
    "MediaFile",
    "Module",
    "ModuleText",
    "Page",
    "Printing",
    "Unit",
    "UnitText",
    "Version",
    "Video",
]


class Version(models.Model):
    """A course's source as imported once; immutable (the actions refuse, `doctor` finds). `digest` is its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    meta = models.JSONField(default=dict)  # tracks, course.yaml
    skipped = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="content_version_number"),
            models.UniqueConstraint(fields=["course", "digest"], name="content_version_once"),
        ]


class Printing(models.Model):
    """Which version an edition shows, since when; one is current."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="printings")
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    since = models.DateTimeField()
    current = models.BooleanField(default=True)
    # `fingerprint.current()` of the release that compiled the pages; None: one that kept no such account.
    compiled_with = models.CharField(max_length=64, null=True, default=None)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition"], condition=Q(current=True), name="content_printing_one_current")
        ]


class Module(models.Model):
    """A week of the core or an elective: a stable row of the course."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="modules")
    key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="content_module_key")]


class ModuleText(models.Model):
    """A module as one version has it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="modules")
    module = models.ForeignKey(Module, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()
    titles = models.JSONField(default=dict)
    elective = models.BooleanField(default=False)
    passing = models.FloatField(default=50)
    opens = models.CharField(max_length=40, blank=True)
    meta = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # `keys.KEPT_OF_MODULE`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "module"], name="content_moduletext_once")]


class Unit(models.Model):
    """A stable row of the course: results and answers point here, so that a corrected text orphans nothing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="units")
    key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="content_unit_key")]


class UnitText(models.Model):
    """A unit as one version has it in one language."""

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="texts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="texts")
    module = models.ForeignKey(Module, on_delete=models.PROTECT)
    language = models.CharField(max_length=8)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    body = models.TextField()
    meta = models.JSONField(default=dict)
    file = models.CharField(max_length=300)
    line = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "unit", "language"], name="content_unittext_once")]
        indexes = [models.Index(fields=["version", "position"], name="content_unittext_order")]


class Page(models.Model):
    """A compiled page, the same for every learner: its bodies as sent. The disk is only a cache of these rows."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="pages")
    language = models.CharField(max_length=8)
    path = models.CharField(max_length=250)
    digest = models.CharField(max_length=32)
    released_at = models.DateTimeField()
    html = models.BinaryField()
    gzip = models.BinaryField()
    brotli = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "path"], name="content_page_path")]


class MediaFile(models.Model):
    """A file that a version's texts refer to, stored once by its content under `MEDIA_ROOT`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=300)  # from the course's root, as texts refer to it
    digest = models.CharField(max_length=64)
    type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    video = models.ForeignKey(Video, null=True, default=None, on_delete=models.PROTECT, related_name="files")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="content_mediafile_once")]
