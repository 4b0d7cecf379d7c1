from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from preau.common.ids import new_id
from preau.courses.models import Course, Edition

PERSON = settings.AUTH_USER_MODEL


class Waiting(models.Model):
    """Somebody who asked to be told once when enrolment in a course opens: a person, or an address that has no account.
    `track` is a track's key, empty for any; `wording` what was agreed to; `token` what a mail's link brings back. It
    waits while `told_at` is null, and counts once `confirmed_at` is set: an address is confirmed from its own mail."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="waiting", db_index=False)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    track = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=40, blank=True)  # IANA; empty: not known
    wording = models.CharField(max_length=300)
    token = models.CharField(max_length=22, unique=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.SET_NULL, related_name="+")  # that it was told of

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) & ~Q(address="") | Q(person__isnull=False, address=""),
                name="news_waiting_person_or_address",
            ),
            models.UniqueConstraint(
                fields=["course", "person"],
                condition=Q(told_at=None, person__isnull=False),
                name="news_waiting_person_once",
            ),
            models.UniqueConstraint(
                "course", Lower("address"), condition=Q(told_at=None, person=None), name="news_waiting_address_once"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(confirmed_at__isnull=False, told_at__gte=F("confirmed_at")),
                name="news_waiting_told_after_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("asked_at")),
                name="news_waiting_confirmed_after_asked",
            ),
            models.CheckConstraint(
                condition=Q(edition=None) | Q(told_at__isnull=False), name="news_waiting_told_of_an_edition"
            ),
        ]
        indexes = [
            models.Index(fields=["course", "id"], condition=Q(told_at=None), name="news_waiting_live"),
        ]


class WhatsNew(models.Model):
    """What an edition brings that the one before it had not, in words for learners: `texts` by language, Markdown.
    `drafts` is what was last drafted from the difference with `former`, so that a new draft leaves alone what somebody
    wrote; `since` the lines in which it differs from the draft before it, [["+" or "-", line], …] by language."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="whats_new")
    former = models.ForeignKey(Edition, null=True, on_delete=models.SET_NULL, related_name="+")
    texts = models.JSONField(default=dict)
    drafts = models.JSONField(default=dict)
    since = models.JSONField(default=dict)
    drafted_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(former=None) | ~Q(former=F("edition")), name="news_whatsnew_of_another_edition"
            )
        ]
