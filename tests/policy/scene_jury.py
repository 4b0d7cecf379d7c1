"""A jury of the matrix: a deliberation that was filed, with a decision about the learner that was told."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from preau.accounts.models import Person
from preau.certificates.models import Candidate, Decision, Deliberation
from preau.courses.models import Enrolment


def decided(learner: Enrolment, registrar: Person, now: datetime) -> dict[str, Any]:
    """Its ids."""
    name = default_storage.save("minutes/of-the-matrix.pdf", ContentFile(b"%PDF-1.7\n%%EOF\n"))
    row = Deliberation.objects.create(
        edition=learner.edition, number=1, title="Tronc commun", tracks=["classic"], prepared_at=now, frozen_at=now,
        closed_at=now, filed_at=now, served_at=now, minutes=name, signed=name,
    )  # fmt: skip
    one = Candidate.objects.create(
        deliberation=row, enrolment=learner, track=learner.track, proposal="not", frozen_at=now, served_at=now
    )
    Decision.objects.create(candidate=one, verdict="not", by=registrar, at=now)
    return {"deliberation": row.pk, "candidate": one.pk}
