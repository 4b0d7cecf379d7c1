"""The door of a calendar's address, which brings no cookie: its token is the proof."""

from django.http import Http404

from preau.home.models import Feed


def feed(slug: str, token: str) -> Feed:
    """The feed of this token in this edition, with its enrolment, edition, course and person; 404 when there is none
    (any more), when they left the edition, or when their account is closed."""
    rows = Feed.objects.select_related("enrolment__edition__course", "enrolment__person", "enrolment__track")
    live = {"enrolment__left_at": None, "enrolment__person__is_active": True, "enrolment__person__erased_at": None}
    found = rows.filter(token=token, enrolment__edition__slug=slug, **live).first()
    if found is None:
        raise Http404
    return found
