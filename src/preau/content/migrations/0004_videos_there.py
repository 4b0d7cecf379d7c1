"""The videos of courses that came in before: their files wait to be made light like new ones. A release that does not
know them leaves them alone."""

from pathlib import PurePosixPath

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

SUFFIXES = {
    *(".mp4", ".m4v", ".mov", ".3gp", ".webm", ".mkv", ".avi", ".mpg"),
    *(".mpeg", ".ts", ".mts", ".wmv", ".asf", ".ogv", ".ogg", ".flv"),
}


def enter(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """A row for each video, and for each of its files."""
    files, video, cut = (apps.get_model("content", name) for name in ("MediaFile", "Video", "Cut"))
    known: dict[tuple[object, str], object] = {}  # a translation shares the file of its source
    for row in files.objects.select_related("version").order_by("version__number", "name").iterator():
        suffix = PurePosixPath(row.name).suffix
        if suffix.lower() in SUFFIXES:
            if (row.version_id, row.digest) not in known:
                course, name = row.version.course_id, row.name.removesuffix(suffix)
                known[row.version_id, row.digest] = video.objects.get_or_create(course_id=course, name=name)[0].pk
            files.objects.filter(pk=row.pk).update(video_id=known[row.version_id, row.digest])
            values = {"suffix": suffix.lower(), "size": row.size, "added_at": timezone.now()}
            cut.objects.get_or_create(digest=row.digest, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("content", "0003_video")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
