"""The doors of assignments: a learner's own copy, a grader's copies."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.courses.models import Role
from preau.peer.models import Submission

GRADERS = (Role.Kind.TEACHER,)


def submission_to_grade(person: courses.Visitor, submission_id: UUID, *, now: datetime) -> Submission:
    """A copy, for somebody who teaches its edition; 404 for anybody else, its author included."""
    rows = Submission.objects.select_related("enrolment__edition__course", "enrolment__person", "unit")
    found = rows.filter(pk=submission_id).first()
    if found is None or not isinstance(person, Person):
        raise Http404
    if not courses.may(person, GRADERS, found.enrolment.edition, now=now):
        raise Http404
    return found
