"""What `./preau doctor` looks at: rows that no single constraint can refuse, and the house itself."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import F

from preau.certificates import filing, issuer, issuing, queries, seal, sealing
from preau.certificates.models import IssuerKey, SealKey
from preau.config import backup, figures, setup
from preau.config.programs import FFMPEG, LIBREOFFICE
from preau.content import media, videos
from preau.content.models import MediaFile, Page
from preau.courses.models import Edition, Enrolment
from preau.mail.actions import TRIES
from preau.mail.models import Message
from preau.peer import converting
from preau.quizzes.models import Attempt

LEAST_FREE = 1 << 30  # bytes
BACKUP_EVERY = timedelta(days=8)
STUCK = 15 * 60  # seconds
SEAL_AHEAD = timedelta(days=60)


def house(now: datetime) -> Iterator[str]:
    """Settings and disk."""
    if not settings.HTTPS and "127.0.0.1" not in settings.SITE_URL and "localhost" not in settings.SITE_URL:
        yield "SITE_URL is plain http: passkeys, installing and offline reading need https"
    if settings.DEBUG:
        yield "DEBUG is on: a page of an error would show its insides to anybody"
    free = shutil.disk_usage(settings.STATE).free
    if free < LEAST_FREE:
        yield f"only {free >> 20} MB of disk are free under {settings.STATE}"
    if not has_mail_server():
        yield f"no mail server is set (SMTP_HOST): messages are written to {Path(settings.STATE) / 'mail'}"


def has_mail_server() -> bool:
    """Does mail leave this machine?"""
    return "filebased" not in settings.MAILERS["default"]["BACKEND"]


def safety(now: datetime) -> Iterator[str]:
    """Backups, a restore that was cut, and whether the secret is the one that the certificates' keys were shut with."""
    latest = backup.latest()
    if Edition.objects.exists() and (latest is None or now - latest["at"] > BACKUP_EVERY):
        when = f"since {latest['at']:%Y-%m-%d}" if latest else "yet, that this machine knows of"
        yield f"no backup was made {when}: ./preau backup PATH"
    if (Path(settings.STATE) / setup.RESTORING).exists():
        yield "a restore was cut before its end: run ./preau restore again"
    for key in IssuerKey.objects.filter(until=None):
        try:
            issuer.private(key)
        except InvalidToken:
            yield f"SECRET_KEY does not open {key.fragment}, the key that signs certificates: it was shut with another"
    yield from seals(now)


def seals(now: datetime) -> Iterator[str]:
    """The key that seals what is printed, and the day on which its certificate ends."""
    given = settings.PREAU_SEAL_KEY or settings.PREAU_SEAL_CERTIFICATE
    row = SealKey.objects.filter(until=None).first()
    if not given and row is None:
        return
    try:
        key = sealing.current("", now)
    except ImproperlyConfigured as error:
        yield f"no certificate can be sealed: {error}"
        return
    except InvalidToken:
        yield "SECRET_KEY does not open the key that seals certificates: it was shut with another"
        return
    ends = seal.ends(key.certificate)
    if ends - now < SEAL_AHEAD:
        yield f"the certificate of the seal ends on {ends:%Y-%m-%d}: get another (docs/operator/keys.md)"


def tasks(now: datetime) -> Iterator[str]:
    """Tasks that failed, and a queue that nobody works on."""
    queue = figures.queue(now)
    if queue.failed:
        yield f"{queue.failed} tasks failed: see their errors, and run them again, on the operator's page"
    if queue.oldest > STUCK:
        yield f"a task has waited for {queue.oldest // 60} minutes: is a worker running?"


def outbox(now: datetime) -> Iterator[str]:
    """Messages that were given up."""
    lost = Message.objects.filter(sent_at=None, stopped="", failures__gte=TRIES).count()
    if lost:
        yield f"{lost} messages were given up: see why, and send them again, on the operator's page"


def papers(now: datetime) -> Iterator[str]:
    """Files of copies that wait for the program that draws them."""
    if waiting := converting.stuck():
        yield f"{waiting} files of copies wait for LibreOffice, which is missing: apt-get install {LIBREOFFICE.package}"


def certificates(now: datetime) -> Iterator[str]:
    """Certificates that wait for their documents, or for a name to stand on them; and PDFs that are gone."""
    if late := issuing.due().filter(awarded_at__lt=now - timedelta(seconds=STUCK)).count():
        yield f"{late} certificates wait for their documents: is a worker running, and what does its log say?"
    if gone := issuing.lost():
        again = "or have them printed again (docs/operator/backup.md)"
        yield f"the PDF of {len(gone)} documents is gone ({gone[0]}…): bring media/ back from a backup, {again}"
    if unnamed := list(issuing.nameless().order_by("awarded_at", "pk").values_list("code", flat=True)):
        why = "the account has no name, or is gone: have it filled in, or revoke them"
        yield f"{len(unnamed)} certificates wait for a name ({unnamed[0]}…): {why}"


def juries(now: datetime) -> Iterator[str]:
    """Minutes that are gone, and decisions of filed minutes that are missing or wait."""
    lost, undecided, late = filing.astray(now - timedelta(seconds=STUCK))
    if lost:
        yield f"{len(lost)} minutes of juries are gone ({lost[0]}…): bring media/ back from a backup"
    if undecided:
        yield f"{undecided} people before juries whose minutes are filed have no decision"
    if late:
        yield f"{late} decisions of juries wait to be given and told: is a worker running, and what does its log say?"


def films(now: datetime) -> Iterator[str]:
    """Videos that wait for the program that makes them light."""
    if waiting := videos.stuck():
        yield f"{waiting} videos are offered as they came: ffmpeg is missing: apt-get install {FFMPEG.package}"


def rows(now: datetime) -> Iterator[str]:
    """What the actions refuse under lock, found if it slipped by."""
    foreign = Enrolment.objects.exclude(track__edition_id=F("edition_id")).count()
    if foreign:
        yield f"{foreign} enrolments are on a track of another edition"
    strange = Attempt.objects.exclude(unit__course_id=F("enrolment__edition__course_id")).count()
    if strange:
        yield f"{strange} attempts are at a unit of another course than their edition's"


def credits(now: datetime) -> Iterator[str]:
    """People whose certificates in force bring more of a course than its tracks allow, each key of them once."""
    for one in queries.counted_twice():
        most = f"where their tracks allow {float(one.allowed):g}"
        held = f"hold {float(one.credits):g} ECTS credits of {one.course.slug}, {most}"
        yield f"the certificates of person {one.person_id} {held}: revoke the one that counts again"


def pages(now: datetime) -> Iterator[str]:
    """Editions without pages, files that are gone."""
    for edition in Edition.objects.exclude(published_at=None).exclude(pk__in=Page.objects.values("edition")):
        yield f"the edition {edition.slug} is published and has no page: print a version"
    yield from files(now)


def files(now: datetime) -> Iterator[str]:
    """Files of courses that are gone; a bucket is asked for its list, nothing is fetched."""
    rows = MediaFile.objects.order_by("name").values_list("name", "digest").distinct()
    names = {(name, media.name_of(digest, Path(name).suffix.lower())) for name, digest in rows}
    try:
        gone = media.absent(kept for _name, kept in names)
    except media.Away as error:
        yield f"no course file can be had: {error.strerror}"
        return
    for name in sorted({name for name, kept in names if kept in gone}):
        yield f"the file {name} of a course is missing from {media.where()}"


CHECKS: tuple[Callable[[datetime], Iterator[str]], ...] = (
    house,
    safety,
    tasks,
    outbox,
    papers,
    certificates,
    juries,
    films,
    rows,
    credits,
    pages,
)
