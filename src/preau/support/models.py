from django.conf import settings
from django.db import models
from django.db.models import Q

from preau.common.ids import new_id
from preau.courses.models import Course, Edition, Enrolment

PERSON = settings.AUTH_USER_MODEL


class Request(models.Model):
    """A private request to the team of an edition, or of the site (`edition` null: a mail that names none).

    `address` and `language` are those of the moment; `person` is null when a mail came from an address of nobody."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        CLAIMED = "claimed", "claimed"
        WAITING = "waiting", "waiting"  # for the learner's answer
        DONE = "done", "done"

    class Topic(models.TextChoices):
        WORK = "work", "work"  # my work did not go
        LATE = "late", "late"  # I could not, or cannot, be in time
        RESULT = "result", "result"
        NAME = "name", "name"
        CERTIFICATE = "certificate", "certificate"
        SITE = "site", "site"
        OTHER = "other", "other"

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.CASCADE, related_name="requests")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.SET_NULL, related_name="requests")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="requests")
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=8)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.OTHER)
    subject = models.CharField(max_length=200)
    about = models.JSONField(default=dict)  # what was looked at: {"path", "unit", "title"}
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    claimed_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    asked_at = models.DateTimeField()
    touched_at = models.DateTimeField()  # the latest entry

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_at__isnull=False), name="support_request_claimed_at"
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="support_request_not_into_itself"),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "touched_at"], name="support_request_queue"),
            models.Index(fields=["edition", "touched_at"], name="support_request_latest"),
        ]


class Entry(models.Model):
    """One message of a request. `message_id` is that of a mail: the same mail never lands twice."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="entries")
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    from_team = models.BooleanField()
    private = models.BooleanField(default=False)  # a note of the team's among itself
    text = models.TextField()
    decision = models.JSONField(default=dict)  # {"what": "extension", …}: what was decided with it
    attachments = models.JSONField(default=list)  # [{"name", "type", "digest", "bytes"}], or {"name", "left_out"}
    message_id = models.CharField(max_length=250, blank=True)
    sender = models.EmailField(max_length=254, blank=True)  # who a mail says it is from, where that proves nothing
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="support_entry_mail_once"),
            models.CheckConstraint(condition=Q(from_team=True) | Q(private=False), name="support_entry_private_team"),
        ]


class SavedReply(models.Model):
    """A text that a course's team answers with often, by language: {"fr": {"title", "text"}, …}."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="saved_replies")
    key = models.SlugField(max_length=60)
    topic = models.CharField(max_length=12, choices=Request.Topic, default=Request.Topic.OTHER)
    texts = models.JSONField(default=dict)
    shown = models.BooleanField(default=False)  # also offered to a learner before they ask: a likely answer

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="support_saved_reply_key")]


class Announcement(models.Model):
    """What the team tells a segment of an edition, on the site and by mail.

    `segment` is [{"segment": name, "value": value}, …], all of which must hold; `texts` {"fr": {"subject", "text"}}
    with Markdown; `cursor` is the last enrolment that was served: a killed task goes on after it."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        SCHEDULED = "scheduled", "scheduled"
        SENDING = "sending", "sending"
        SENT = "sent", "sent"
        CANCELLED = "cancelled", "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="announcements")
    segment = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    on_site = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)
    shown_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    counted = models.PositiveIntegerField(default=0)  # people in the segment when it was confirmed
    served = models.PositiveIntegerField(default=0)  # people to whom it went
    cursor = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(send_at__isnull=False),
                name="support_announcement_has_a_time",
            )
        ]
        indexes = [models.Index(fields=["edition", "state"], name="support_announcement_state")]


class Alert(models.Model):
    """Distress, a threat or illegal content, told to the edition's safety contact at once and kept apart from the
    queue."""

    class Kind(models.TextChoices):
        DISTRESS = "distress", "distress"
        THREAT = "threat", "threat"
        ILLEGAL = "illegal", "illegal"

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="alerts")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    path = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField()
    handled_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    handled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["edition", "raised_at"], name="support_alert_edition")]


class Incident(models.Model):
    """Something that people should know of on the status page: `texts` by language, `edition` null for the whole
    site."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.CASCADE, related_name="incidents")
    texts = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("began_at")), name="support_incident_order"
            )
        ]
