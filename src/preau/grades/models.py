from django.db import models
from django.db.models import F, Q

from preau.common.ids import new_id
from preau.content.models import Unit
from preau.courses.models import Enrolment, Track


class Result(models.Model):
    """What a learner has for a unit, by its rule of keeping: written down by the activity's room, read by everybody
    above. `corrected`, in percent, is what staff put in its place: while it stands it alone counts, and the activity
    goes on writing its own beside it. `carried`, in percent, is what an earlier edition of the course brought, the one
    of number `carried_from`: the better of it and of the activity's own counts. What was never done in this edition has
    no own: `how` says `nothing`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    score = models.FloatField()
    of = models.FloatField()
    version_id = models.UUIDField()  # the version seen
    how = models.JSONField(default=dict)  # how it came about, told to the learner
    shown_from = models.DateTimeField(null=True)  # nothing of it is told to the learner before
    recorded_at = models.DateTimeField()
    corrected = models.FloatField(null=True)
    carried = models.FloatField(null=True)
    carried_from = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "unit"], name="grades_result_once"),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=F("of")), name="grades_result_within"),
            models.CheckConstraint(condition=Q(of__gt=0), name="grades_result_of_something"),
            models.CheckConstraint(
                condition=Q(corrected=None) | Q(corrected__range=(0, 100)), name="grades_result_corrected_within"
            ),
            models.CheckConstraint(
                condition=Q(carried=None, carried_from=None)
                | Q(carried__isnull=False, carried__range=(0, 100), carried_from__isnull=False),
                name="grades_result_carried_from",
            ),
        ]


class Completion(models.Model):
    """A learner went through a unit to its end."""

    pk = models.CompositePrimaryKey("enrolment_id", "unit_id")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="completions", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    done_at = models.DateTimeField()


class TrackStanding(models.Model):
    """Where a learner stands on a track, as last derived: for lists; `grades.queries` derives it afresh for a
    decision."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="standings")
    track = models.ForeignKey(Track, on_delete=models.CASCADE)
    passed = models.BooleanField(default=False)
    possible = models.BooleanField(default=True)
    numbers = models.JSONField(default=dict)
    derived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "track"], name="grades_trackstanding_once")]
