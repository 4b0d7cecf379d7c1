"""The next edition, killed while it is made: functions that a drill asks its hand for (`tests.faults.hand`)."""

from django.utils import timezone

from preau.audit.models import Entry
from preau.content import compiling
from preau.content.models import Page
from preau.courses.models import Edition, Milestone, Role
from preau.desk import rerunning
from preau.support.models import Announcement
from tests import cast
from tests.faults import forks


def prepare() -> None:
    """An edition with somebody who coaches in it, and an announcement."""
    edition = cast.edition(slug="thin-1", opens=cast.monday(timezone.now(), -20))
    cast.role(cast.person("Paul"), "coach", edition=edition)
    texts = {"fr": {"subject": "Bienvenue", "text": "Le cours commence."}}
    Announcement.objects.create(edition=edition, texts=texts, written_at=timezone.now())


def work(pages: int) -> None:
    """Make the next edition; die once so many of its pages are compiled, none for one that lives."""
    if pages:
        forks.doom_call(compiling, "document", pages)
    edition, now = Edition.objects.select_related("course", "institution").get(slug="thin-1"), timezone.now()
    plan = rerunning.plan(edition, cast.monday(now, 9))
    rerunning.rerun(plan, staff={role.pk for role in plan.staff}, by=None, now=now)


def killed(pages: int) -> dict[str, int]:
    """A process that makes it and is killed in the middle; what it leaves."""
    forks.doomed(forks.fork(lambda: work(pages)))
    return report()


def finished() -> dict[str, int]:
    """One that is left alone; what it leaves."""
    assert forks.ended(forks.fork(lambda: work(0))) == 0
    return report()


def report() -> dict[str, int]:
    """How much there is of editions after the first."""
    after = {"edition__number__gt": 1}
    return {
        "editions": Edition.objects.filter(number__gt=1).count(),
        "pages": Page.objects.filter(**after).count(),
        "dates": Milestone.objects.filter(**after).count(),
        "roles": Role.objects.filter(**after).count(),
        "drafts": Announcement.objects.filter(**after).count(),
        "lines": Entry.objects.filter(verb="edition.rerun").count(),
    }
