from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from preau.common.ids import new_id
from preau.courses.models import Course, Edition, Institution

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


class Picture(models.Model):
    """A picture of the public site, re-encoded: pixels only. Kept by its content where the courses' files are
    (`content.media`); `small` is the same at the width of a phone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    file = models.CharField(max_length=100)  # <two>/<digest><suffix>
    small = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file"], name="news_picture_once"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="news_picture_has_a_size"),
        ]


class Article(models.Model):
    """A piece of news, a row for what is the same in every language. `published_at` null: a draft; in the future: it
    shows from then on. `course`: the one that it is about, null for the site."""

    id = models.UUIDField(primary_key=True, default=new_id)
    slug = models.SlugField(max_length=80, unique=True)
    course = models.ForeignKey(Course, null=True, on_delete=models.SET_NULL, related_name="articles")
    authors = models.CharField(max_length=200)  # names as they are shown
    picture = models.ForeignKey(Picture, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    edited_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-published_at"], name="news_article_latest")]


class ArticleText(models.Model):
    """An article in one language: `body` is Markdown, `alternative` says its picture in words."""

    id = models.UUIDField(primary_key=True, default=new_id)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=160)
    lead = models.CharField(max_length=400)
    body = models.TextField()
    alternative = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="news_articletext_one")]


class Subscriber(models.Model):
    """Somebody who gets the newsletter, or asked for it: a person, or an address that has no account. `wording` and the
    two dates are the proof of what was agreed to; `course`: the one that they want news of, null for all. It ends by
    `ended_at`, never by a deletion, so that a second opt-in is a second row; an erasure deletes it."""

    class Ended(models.TextChoices):
        ASKED = "asked", "asked"
        SUPPRESSED = "suppressed", "suppressed"  # nothing goes to this address
        SILENT = "silent", "silent"  # no sign of life for three years

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=40, blank=True)  # IANA; empty: not known
    wording = models.CharField(max_length=300)
    token = models.CharField(max_length=22, unique=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # the last real contact; opening a mail is none
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) & ~Q(address="") | Q(person__isnull=False, address=""),
                name="news_subscriber_person_or_address",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None, person__isnull=False),
                name="news_subscriber_person_once",
            ),
            models.UniqueConstraint(
                Lower("address"), condition=Q(ended_at=None, person=None), name="news_subscriber_address_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("asked_at")),
                name="news_subscriber_confirmed_after_asked",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended="") | Q(ended_at__isnull=False) & ~Q(ended=""),
                name="news_subscriber_ended_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(ended_at=None, confirmed_at__isnull=False), name="news_subscriber_live"
            ),
        ]


class Mailing(models.Model):
    """One issue of the newsletter: `texts` is {language: {subject, body}}, Markdown; `segment` {name: value} of
    `news.segments`. Queued from `sending_at` on, batch after batch: `cursor` is the last subscriber dealt with,
    `queued` how many messages came of it; whole at `queued_at`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    texts = models.JSONField(default=dict)
    segment = models.JSONField(default=dict)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True)  # null: a draft
    sent_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    cursor = models.UUIDField(null=True)
    queued = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(queued_at=None) | Q(sending_at__isnull=False), name="news_mailing_queued_once_sent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["sending_at"],
                condition=Q(sending_at__isnull=False, queued_at=None, stopped_at=None),
                name="news_mailing_due",
            ),
        ]


class Testimonial(models.Model):
    """What somebody who took a course says of it, in their own words and language, shown with their consent: `wording`
    is what they agreed to. It shows from `shown_at`, when the team took it up, until they take it back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="testimonials")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    text = models.CharField(max_length=600)
    name = models.CharField(max_length=120)  # as they want to be named
    about = models.CharField(max_length=120, blank=True)  # what they do, where
    wording = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person"], condition=Q(withdrawn_at=None), name="news_testimonial_one_live"
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(shown_at__gte=F("given_at")), name="news_testimonial_shown_after_given"
            ),
        ]


class Banner(models.Model):
    """A line at the head of every page for a time: `texts` by language. One at a time; a later one takes its place."""

    class Tone(models.TextChoices):
        INFO = "info", "info"
        WARNING = "warning", "warning"

    id = models.UUIDField(primary_key=True, default=new_id)
    texts = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    tone = models.CharField(max_length=10, choices=Tone, default=Tone.INFO)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="news_banner_ends_after_it_starts")
        ]
        indexes = [models.Index(fields=["ends_at"], name="news_banner_live")]


class Partner(models.Model):
    """An institution that takes part in a course, as its page says: in which way, in what order, under which sign."""

    class Part(models.TextChoices):
        GIVES = "gives", "gives"  # the course is its own
        PARTNER = "partner", "partner"

    id = models.UUIDField(primary_key=True, default=new_id)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="partners")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part, default=Part.PARTNER)
    position = models.PositiveSmallIntegerField(default=0)
    logo = models.ForeignKey(Picture, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "institution"], name="news_partner_once")]


class Visits(models.Model):
    """How often a public page was asked for on a day, by people as far as one can tell without knowing them: `source`
    is the site that the visitor came from (a host, empty for none), `device` "phone" or "" for any other."""

    id = models.UUIDField(primary_key=True, default=new_id)
    day = models.DateField()
    path = models.CharField(max_length=200)
    source = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=10, blank=True)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "path", "source", "device"], name="news_visits_one")]
