"""What the access matrix is played on: editions, somebody of each role, and a row of everything that has an address."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from preau.accounts.models import Device, Person
from preau.certificates import issuing, statement_signing, statements
from preau.certificates.models import Award, CreditClaim, NameCorrection, ShareLink, Statement
from preau.common.ids import new_id
from preau.courses.models import (
    Edition,
    Enrolment,
    Extension,
    ExtraTime,
    Group,
    Institution,
    Postponement,
    Role,
    SafetyContact,
    Shift,
    Volunteer,
)
from preau.discussion.models import Member, Notice
from preau.home.models import Feed
from preau.mail import rules as mailing
from preau.mail.attachments import Attachment
from preau.news.models import Partner, Testimonial, Waiting, WhatsNew
from preau.past.models import Doubt, Former, Source
from preau.peer import actions as peer
from preau.peer import documents
from preau.peer.models import Appeal, Case, Document, Flag, Likeness, Submission
from preau.quizzes import actions, bank
from preau.quizzes.models import Attempt
from preau.support import actions as support
from preau.support.models import Alert, Announcement, Incident, SavedReply
from tests import cast
from tests.discussion import talking
from tests.peer import stage
from tests.policy import scene_exams, scene_jury, scene_news, scene_newsletter, scene_subtitles
from tests.policy.roles import ROLES

TEXTS = {"fr": {"title": "Bonjour", "subject": "Bonjour", "text": "Merci de votre message."}}


def build() -> dict[str, Any]:
    """An edition that runs today, a private one, one that opens later, and one of everybody; what a row's address
    names, by name."""
    now = timezone.now()
    opens = cast.monday(now, -1)
    edition = cast.edition(opens=opens)
    version = edition.course.versions.get()
    private = cast.edition(slug="private", opens=opens, of=version, visibility=Edition.Visibility.PRIVATE)
    later = cast.edition(slug="later", opens=cast.monday(now, 2), of=version)
    elsewhere = cast.edition(slug="elsewhere", opens=opens, of=version)
    people = somebody_of_each_role(edition, private, later)
    learner = cast.enrolment(people["l"], edition, at=opens)
    cast.enrolment(people["e"], elsewhere, at=opens)
    return {
        "people": people,
        "edition": edition.slug,
        "private": "private",
        "later": "later",
        "enrolment": learner.pk,
        "nothing": new_id(),
        "milestone": edition.milestones.order_by("key", "what")[0].pk,
        "role": Role.objects.get(person=people["o"]).pk,
        "feed": Feed.objects.create(enrolment=learner, token="a-secret", made_at=now).token,
        **work(learner, people, now),
        **statements_of(learner, now),
        **requests(learner, people, now),
        **helpers(edition, people, now),
        **of_the_team(edition, people, now),
        **time_given(learner, now),
        **scene_exams.seated(learner, now),
        **scene_jury.decided(learner, people["r"], now),
        **peers(people, now),
        **talk(edition, people, now),
        **scene_subtitles.filmed(people, now),
        **before(edition, now),
        **told(edition, private, now),
        **scene_newsletter.issues(now),
        **scene_news.written(now),
    }


def told(edition: Edition, private: Edition, now: datetime) -> dict[str, Any]:
    """What is new in two editions, and an address that waits to be told of the next."""
    for row in (edition, private):
        WhatsNew.objects.create(edition=row, texts={"fr": "Du nouveau."}, published_at=now)
    words = {"course": edition.course, "language": "fr", "wording": "Une fois.", "asked_at": now}
    waits = Waiting.objects.create(address="paul@example.net", token=mailing.token(), **words)
    return {"waiting": waits.token, **public(edition, now)}


def public(edition: Edition, now: datetime) -> dict[str, Any]:
    """What stands on the public pages of a course: somebody's words, an institution."""
    said = {"language": "fr", "text": "Bien.", "name": "Léa", "wording": "Oui.", "given_at": now}
    voice = Testimonial.objects.create(course=edition.course, person=cast.person("Voice"), **said)
    school = Institution.objects.create(slug="partner", name="École")
    return {"voice": voice.pk, "partner": Partner.objects.create(course=edition.course, institution=school).pk}


def somebody_of_each_role(*editions: Edition) -> dict[str, Person]:
    """By the letters of the matrix; the teacher teaches in every one of these editions, others in the first."""
    people = {letter: cast.person(name.replace(" ", "-")) for letter, name in ROLES.items() if letter != "a"}
    for letter, kind in scene_subtitles.TEAM.items():
        for where in editions if letter == "t" else editions[:1]:
            cast.role(people[letter], kind, edition=where)
    cast.role(people["d"], Role.Kind.ADMINISTRATOR)
    return people


def work(learner: Enrolment, people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """What the learner did and has: an attempt, a copy, a certificate, a device."""
    edition, person = learner.edition, people["l"]
    place = cast.place(person, edition, "apres", now)
    outcome = actions.start(act=cast.an_act("quiz.start", now=now), by=person, place=place)
    attempt = Attempt.objects.get(pk=outcome["attempt"])
    at = cast.place(person, edition, "cas", now)
    copy = peer.submit(act=cast.an_act("assignment.submit", now=now), by=person, text="Un projet.", place=at)
    award = Award.objects.create(
        enrolment=learner, track=learner.track, code="ABCDEFGHJKMN", decided_by_id=people["d"].pk, awarded_at=now
    )
    issuing.issue(award.pk, now=now)
    asked = NameCorrection.objects.create(award=award, was=person.name, asked="Léa", asked_at=now)
    link = ShareLink.objects.create(award=award, token="a-token", made_at=now)
    claim = CreditClaim.objects.create(award=award, birth_name="Ba", given_names="Léa", born_on=now, asked_at=now)
    cast.browser(person)  # the first device
    return {
        "claim": claim.pk,
        "correction": asked.pk,
        "link": link.pk,
        "attempt": attempt.pk,
        "question": bank.of(attempt.version_id, attempt.unit_id, "fr").items[0].id,
        "submission": copy["submission"],
        "code": award.code,
        "award": award.pk,
        "device": Device.objects.get(person=person).public_id,
    }


def statements_of(learner: Enrolment, now: datetime) -> dict[str, Any]:
    """Two signed statements of the learner's, one of them hidden."""
    found = {}
    for name, hidden in (("statement", False), ("hidden_statement", True)):
        act = cast.an_act("statement.make", now=now)
        made = statements.make(act=act, by=learner.person, enrolment=learner, kind="progress", language="fr", now=now)
        found[name] = made["statement"]
        Statement.objects.filter(code=found[name]).update(hidden=hidden)
    statement_signing.sign_due(now)
    return found


def requests(learner: Enrolment, people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """One to the team, with a file; one to the site; a saved reply."""
    question = support.Question("other", "Une question", "Où est mon devoir ?", "fr", learner.edition, learner)
    file = Attachment("preuve.pdf", "application/pdf", b"%PDF-1.4")
    asked = support.ask(act=cast.an_act("ask", now=now), by=people["l"], question=question, attached=[file], now=now)
    to_site = support.Question("site", "Le site", "Il est lent.", "fr")
    site = support.ask(act=cast.an_act("ask", now=now), by=people["m"], question=to_site, now=now)
    saved = SavedReply.objects.create(course=learner.edition.course, key="hello", texts=TEXTS)
    return {
        "request": asked["request"],
        "entry": asked["request"],  # the first message of a request has its id
        "site_request": site["request"],
        "reply": saved.pk,
    }


def helpers(edition: Edition, people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """A volunteer with an hour, somebody who is told of dangers, and a danger."""
    helper = Volunteer.objects.create(edition=edition, person=people["o"], languages=["fr"], applied_at=now)
    shift = Shift.objects.create(volunteer=helper, weekday=0, hour=9, language="fr")
    SafetyContact.objects.create(edition=edition, person=people["c"], named_at=now)
    danger = Alert.objects.create(edition=edition, person=people["l"], kind="threat", text="Une menace.", raised_at=now)
    return {"volunteer": helper.pk, "shift": shift.pk, "alert": danger.pk}


def talk(edition: Edition, people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """A question of the learner's in the edition, one in the commons; of each, a flag and a decision; a notice."""
    here = talking.opened(people["l"], {"edition": edition.slug}, "", now)
    common = talking.opened(people["l"], {"course": edition.course.slug}, "common_", now)
    return {
        "course": edition.course.slug,
        "live": talking.session(people["t"], {"edition": edition.slug}, now).pk,
        **here,
        **common,
        **talking.kept("", here["post"], people["l"], people["t"], now),
        **talking.kept("common_", common["common_post"], people["l"], people["t"], now),
        "notice": Notice.objects.create(
            address="ici", post_id=here["post"], language="fr", reason="Non", received_at=now
        ).pk,
        "member": Member.objects.get(person=people["l"]).pk,
    }


def peers(people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """An edition whose assignment peers assess, in its second week: two copies, an assessment that is flagged, a
    procedure, an appeal. Everybody has there the role that they have elsewhere."""
    edition = stage.assessed(slug="assessed", opens=cast.monday(now, -1))
    for letter, kind in zip("ocstr", ("moderator", "coach", "supervisor", "teacher", "registrar"), strict=True):
        cast.role(people[letter], kind, edition=edition)
    cast.enrolment(people["l"], edition, track="advanced")
    copy = stage.copy(people["l"], edition, now)
    other = stage.copy(stage.learner("Peer", edition), edition, now)
    review = stage.written(copy, other.enrolment.person, 70, now)
    held = stage.written(other, people["l"], 0, now, finished_at=None)
    flag = Flag.objects.create(review=review, kind=Flag.Kind.PLAGIARISM, raised_at=now)
    until = now + timedelta(days=7)
    case = Case.objects.create(submission=copy, notice="Des passages.", opened_at=now, reply_until=until)
    appeal = Appeal.objects.create(submission=copy, text="Mon plan était complet.", made_at=now)
    pair = Likeness.objects.create(
        assignment_id=review.assignment_id, submission=copy, other=other, common=9, share=0.5, found_at=now
    )
    return {
        "assessed": edition.slug,
        "pair": pair.pk,
        "assessed_copy": copy.pk,
        "assessment": review.pk,
        "lease": held.pk,
        "flag": flag.pk,
        "case": case.pk,
        "appeal": appeal.pk,
        "document": file(copy, now).pk,
        "other_document": file(other, now).pk,
    }


def before(edition: Edition, now: datetime) -> dict[str, Any]:
    """A file of a former edition, somebody in it, and a doubt."""
    source = Source.objects.create(
        course=edition.course,
        kind="people",
        digest="0",
        file_name="f.csv",
        origin="Ici",
        started_at=now,
        finished_at=now,
    )
    former = Former.objects.create(course=edition.course, email="zoe@example.org", source=source)
    doubt = Doubt.objects.create(course=edition.course, source=source, line=2, kind="two_emails", asked_at=now)
    return {"source": source.pk, "former": former.pk, "doubt": doubt.pk}


def file(copy: Submission, now: datetime) -> Document:
    """A file of a copy, ready."""
    row = Document.objects.create(
        enrolment=copy.enrolment, unit=copy.unit, name="projet.pdf", format="pdf", size=8, added_at=now, state="ready"
    )
    documents.attach(copy, [row])
    for name in (documents.original(row.pk), documents.light(row.pk)):
        default_storage.save(name, ContentFile(b"%PDF-1.4"))
    return row


def time_given(learner: Enrolment, now: datetime) -> dict[str, Any]:
    """A group, a later date and extra time of the learner's."""
    group = Group.objects.create(edition=learner.edition, name="Lycée", made_at=now)
    later = Extension.objects.create(enrolment=learner, key="cas", until=now, reason="Panne.", given_at=now)
    extra = ExtraTime.objects.create(
        edition=learner.edition, person=learner.person, percent=33, first=now, last=now, reason="x", given_at=now,
        batch=new_id(),
    )  # fmt: skip
    return {"group": group.pk, "extension": later.pk, "extra": extra.pk, "batch": extra.batch}


def of_the_team(edition: Edition, people: dict[str, Person], now: datetime) -> dict[str, Any]:
    """A draft of an announcement, an incident, deadlines put off, a role over the course."""
    draft = Announcement.objects.create(edition=edition, texts=TEXTS, written_by=people["t"], written_at=now)
    incident = Incident.objects.create(edition=edition, texts={"fr": "Lent."}, began_at=now, told_by=people["t"])
    moved = Postponement.objects.create(id=new_id(), edition=edition, scope="all", hours=6, reason="Panne.", at=now)
    return {"announcement": draft.pk, "incident": incident.pk, "postponement": moved.pk}
