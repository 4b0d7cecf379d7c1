"""Rules and journal lines in the words of people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from preau.common import languages
from preau.content.outline import Outline
from preau.courses.models import Edition, Group, Postponement, Role
from preau.courses.postponing import moves_of
from preau.grades.tracks import Need

VERBS: Mapping[str, str] = {
    "enrolled": gettext_noop("Enrolled"),
    "left": gettext_noop("Left the edition"),
    "returned": gettext_noop("Came back to the edition"),
    "removed": gettext_noop("Taken out of the edition"),
    "readmitted": gettext_noop("Let in again"),
    "track.changed": gettext_noop("Changed track"),
    "track.added": gettext_noop("Added a track"),
    "track.dropped": gettext_noop("Gave up an added track"),
    "electives.chosen": gettext_noop("Chose electives"),
    "statement.made": gettext_noop("Made a progress record or a transcript"),
    "statement.hidden": gettext_noop("Hid a record or transcript"),
    "statement.shown": gettext_noop("Showed a record or transcript again"),
    "extended": gettext_noop("Given an extension"),
    "extension.taken_back": gettext_noop("Extension taken back"),
    "extra_time.given": gettext_noop("Given extra time"),
    "extra_time.ended": gettext_noop("Extra time ended"),
    "group.made": gettext_noop("Group made"),
    "group.renamed": gettext_noop("Group renamed"),
    "group.joined": gettext_noop("People added to a group"),
    "group.left": gettext_noop("Somebody taken out of a group"),
    "group.emptied": gettext_noop("Group emptied"),
    "group.deleted": gettext_noop("Group deleted"),
    "excused": gettext_noop("Excused from an activity"),
    "result.corrected": gettext_noop("Result corrected"),
    "correction.withdrawn": gettext_noop("Corrected result withdrawn"),
    "request.decided": gettext_noop("Decided on a request"),
    "request.merged": gettext_noop("Requests put together"),
    "video.given": gettext_noop("Video given to a page"),
    "name.corrected": gettext_noop("Name corrected"),
    "reply.saved": gettext_noop("Saved reply written"),
    "reply.deleted": gettext_noop("Saved reply deleted"),
    "graded": gettext_noop("Graded"),
    "peer.adjusted": gettext_noop("Terms of an assignment adjusted"),
    "peer.widened": gettext_noop("Others let in to assess"),
    "peer.grace_day": gettext_noop(
        "Others let in automatically: promised assessments were missing when reviews were due"
    ),
    "peer.narrowed": gettext_noop("Others let in no more"),
    "peer.drawn": gettext_noop("Copies drawn for the team"),
    "rubric.reworded": gettext_noop("Rubric put in other words"),
    "rubric.unworded": gettext_noop("Rubric back in the words of the course"),
    "rubric.rescored": gettext_noop("Rubric scored otherwise"),
    "copy.opened": gettext_noop("Copy opened with its author"),
    "copy.cancelled": gettext_noop("Copy taken out"),
    "likeness.settled": gettext_noop("Two copies that are alike set aside"),
    "copy.restored": gettext_noop("Copy brought back"),
    "review.hidden": gettext_noop("Assessment taken out of sight"),
    "review.shown": gettext_noop("Assessment brought back"),
    "case.opened": gettext_noop("Procedure opened"),
    "case.decided": gettext_noop("Procedure decided"),
    "appeal.answered": gettext_noop("Appeal answered"),
    "grade.changed": gettext_noop("Grade changed"),
    "flag.settled": gettext_noop("Flag settled"),
    "awarded": gettext_noop("Certificate awarded"),
    "revoked": gettext_noop("Certificate revoked"),
    "attested": gettext_noop("Statement of achievement given"),
    "certificate.name_asked": gettext_noop("Another name asked for on a certificate"),
    "certificate.name_refused": gettext_noop("Another name on a certificate refused"),
    "certificate.replaced": gettext_noop("Certificate replaced, under another name"),
    "attestation.revoked": gettext_noop("Statement of achievement revoked"),
    "certificate.suspended": gettext_noop("Certificate suspended"),
    "certificate.lifted": gettext_noop("Certificate in force again"),
    "issuer_key.rotated": gettext_noop("Key that signs certificates changed"),
    "seal_key.rotated": gettext_noop("Key that seals certificates changed"),
    "jury.prepared": gettext_noop("Deliberation prepared"),
    "jury.amended": gettext_noop("What the minutes say of the jury changed"),
    "jury.freezing": gettext_noop("List of a jury asked for"),
    "jury.frozen": gettext_noop("List of a jury frozen"),
    "jury.brought": gettext_noop("Brought before a jury"),
    "jury.apart": gettext_noop("Set apart before a jury, or no longer"),
    "jury.refreshed": gettext_noop("Figures before a jury taken anew"),
    "jury.followed": gettext_noop("Decided as the rule proposes"),
    "jury.closed": gettext_noop("Minutes of a jury closed"),
    "jury.reopened": gettext_noop("Minutes of a jury opened again"),
    "jury.filed": gettext_noop("Minutes of a jury filed"),
    "jury.cancelled": gettext_noop("Deliberation given up"),
    "edition.created": gettext_noop("Edition made"),
    "edition.rerun": gettext_noop("Made from an earlier edition"),
    "edition.printed": gettext_noop("Version printed"),
    "edition.published": gettext_noop("Edition published"),
    "new.drafted": gettext_noop("“What is new” drafted"),
    "new.written": gettext_noop("“What is new” written"),
    "new.adopted": gettext_noop("“What is new” put back to its draft"),
    "new.published": gettext_noop("“What is new” published"),
    "new.unpublished": gettext_noop("“What is new” taken off the site"),
    "account.confirmed": gettext_noop("Address confirmed for the first time"),
    "article.made": gettext_noop("Article begun"),
    "article.written": gettext_noop("Article written"),
    "article.published": gettext_noop("Article published"),
    "article.scheduled": gettext_noop("Article scheduled"),
    "article.unpublished": gettext_noop("Article taken off the site"),
    "article.put_back": gettext_noop("Article put back on the site"),
    "article.deleted": gettext_noop("Draft of an article deleted"),
    "picture.kept": gettext_noop("Picture of the site kept"),
    "banner.put_up": gettext_noop("Banner put up"),
    "banner.taken_down": gettext_noop("Banner taken down"),
    "partner.added": gettext_noop("Partner added"),
    "partner.removed": gettext_noop("Partner removed"),
    "voice.shown": gettext_noop("What a learner says is shown"),
    "voice.hidden": gettext_noop("What a learner says shows no more"),
    "edition.rescheduled": gettext_noop("Edition's own dates changed"),
    "edition.reprinted": gettext_noop("Pages made again"),
    "date.moved": gettext_noop("Date moved"),
    "question.ruled": gettext_noop("Question ruled on"),
    "ruling.withdrawn": gettext_noop("Ruling withdrawn"),
    "regraded": gettext_noop("Answers scored again"),
    "unit.corrected": gettext_noop("Page corrected"),
    "deadline.put_off": gettext_noop("Deadlines put off"),
    "deadline.undone": gettext_noop("Deadlines put back"),
    "extended.many": gettext_noop("Given more time with others"),
    "extension.undone": gettext_noop("Time given with others taken back"),
    "freeze.forced": gettext_noop("Done in spite of a deadline nearby"),
    "announcement.confirmed": gettext_noop("Announcement confirmed"),
    "announcement.cancelled": gettext_noop("Announcement cancelled"),
    "incident.told": gettext_noop("Incident told"),
    "incident.ended": gettext_noop("Incident ended"),
    "safety.named": gettext_noop("Person named who is told of dangers"),
    "volunteer.applied": gettext_noop("Offered their help"),
    "volunteer.approved": gettext_noop("Help accepted"),
    "volunteer.declined": gettext_noop("Help declined"),
    "volunteer.signed": gettext_noop("Charter signed"),
    "volunteer.left": gettext_noop("Stopped helping"),
    "post.hidden": gettext_noop("Message hidden"),
    "post.restored": gettext_noop("Message shown again"),
    "post.released": gettext_noop("Message that waited shown"),
    "post.folded": gettext_noop("Message set aside as advertising"),
    "member.warned": gettext_noop("Warned in the discussions"),
    "member.muted": gettext_noop("Stopped from writing for some days"),
    "member.banned": gettext_noop("Stopped from writing in the course"),
    "member.lifted": gettext_noop("Free to write again"),
    "thread.retitled": gettext_noop("Title of a thread changed"),
    "thread.moved": gettext_noop("Thread moved"),
    "thread.closed": gettext_noop("Thread closed"),
    "thread.reopened": gettext_noop("Thread opened again"),
    "thread.pinned": gettext_noop("Thread kept at the top"),
    "thread.unpinned": gettext_noop("Thread no longer kept at the top"),
    "flag.claimed": gettext_noop("Flag taken on"),
    "flag.released": gettext_noop("Flag given back"),
    "contest.answered": gettext_noop("Contested decision answered"),
    "notice.decided": gettext_noop("Notice of illegal content decided"),
    "translation.right": gettext_noop("Translation marked as up to date"),
    "translation.doubted": gettext_noop("Translation no longer marked as up to date"),
    "alert.raised": gettext_noop("Danger reported"),
    "alert.handled": gettext_noop("Danger handled"),
}
STATES: Mapping[str, str] = {
    "met": gettext_noop("Met"),
    "possible": gettext_noop("Still open"),
    "impossible": gettext_noop("Out of reach"),
    "missed": gettext_noop("Not reached"),
}
FILMS: Mapping[str, str] = {
    "not a video": gettext_noop(
        "This file is no video that can be read: export it again as MP4 and import the course."
    ),
    "too long": gettext_noop("Longer than four hours: cut it into parts."),
    "too large": gettext_noop("More than 8,192 points wide or high: export it smaller."),
    "broken": gettext_noop("Could not be made lighter: export it again as MP4 and import the course."),
}
KINDS: Mapping[str, str] = {
    "quiz": gettext_noop("Quiz"),
    "exam": gettext_noop("Exam"),
    "assignment": gettext_noop("Assignment"),
    "lesson": gettext_noop("Lesson"),
}
MEANS: Mapping[str, str] = {
    "quiz": gettext_noop("Mean of the quizzes"),
    "exam": gettext_noop("Mean of the exams"),
    "assignment": gettext_noop("Mean of the assignments"),
}
MOMENTS: Mapping[str, str] = {
    "opens": gettext_noop("Opens"),
    "due": gettext_noop("Is due"),
    "closes": gettext_noop("Closes"),
    "reviews_due": gettext_noop("Reviews are due"),
    "results": gettext_noop("Results are told"),
    "joins": gettext_noop("Can be taken until"),
    "jury": gettext_noop("Its jury decides"),
}
EDITION_MOMENTS: Mapping[str, str] = {
    "enrols_at": gettext_noop("Enrolment opens"),
    "opens_at": gettext_noop("The edition opens"),
    "enrolment_closes_at": gettext_noop("Enrolment closes"),
    "closes_at": gettext_noop("The edition closes"),
}
ROLES: Mapping[str, str] = {
    "administrator": gettext_noop("Administrator"),
    "registrar": gettext_noop("Registrar"),
    "teacher": gettext_noop("Teacher"),
    "supervisor": gettext_noop("Supervisor"),
    "coach": gettext_noop("Coach"),
    "moderator": gettext_noop("Moderator"),
    "subtitler": gettext_noop("Reviewer of subtitles"),
}


def said(words: Mapping[str, str], key: str) -> str:
    """The word of a table in the language of the page, else the key itself."""
    return _(words[key]) if key in words else key


def role(row: Role) -> str:
    """A role, and the language that a reviewer of subtitles is bound to."""
    kind = said(ROLES, row.kind)
    return f"{kind} ({languages.named(row.language)})" if row.language else kind


def scope(kind: str, value: str, edition: Edition) -> str:
    """For whom a deadline act is."""
    if kind == "country":
        return _("Country {code}").format(code=value)
    if kind == "group":
        group = Group.objects.filter(pk=value).first()
        return _("Group “{name}”").format(name=group.name if group else value)
    track = edition.tracks.filter(key=value).first() if kind == "track" else None
    if kind == "track":
        return _("Track “{title}”").format(title=track.title(get_language() or "") if track else value)
    return _("Everybody")


def deadlines(row: Postponement, outline: Outline) -> list[tuple[str, datetime, datetime]]:
    """The deadlines that an act put off: (title of the unit, before, after)."""
    return [
        (outline.by_key[key].title if key in outline.by_key else key, before, after)
        for key, _what, before, after in moves_of(row)
    ]


def need(asked: Need, outline: Outline) -> str:
    """One condition of a track as a person would say it."""
    number = formats.number_format(asked.threshold, decimal_pos=0 if asked.threshold == round(asked.threshold) else 1)
    if asked.verb == "reviews":
        return _("Every review written")
    if asked.verb == "passed":
        what = {
            "elective": _("Elective modules passed: {number}"),
            "core": _("Core modules passed: {number}"),
        }
        return what.get(asked.what, _("Modules passed: {number}")).format(number=number)
    unit = outline.by_key.get(asked.what)
    if asked.verb == "mean":
        name = said(MEANS, asked.what)
    else:
        name = f"“{unit.title}”" if unit else said(KINDS, asked.what)
    scope = {"core": pgettext("of a mean", "core"), "elective": pgettext("of a mean", "electives")}.get(asked.of, "")
    name = f"{name} ({scope})" if scope else name
    return _("{name}: {number}% or more").format(name=name, number=number)


def stored_need(text: str, outline: Outline, needs: Mapping[str, Need]) -> str:
    """The same for a need kept as text among a standing's numbers."""
    return need(needs[text], outline) if text in needs else text


def details(entry: Any) -> str:
    """What a journal line adds, as key and value."""
    return " · ".join(f"{key}: {value}" for key, value in sorted(entry.details.items()))
