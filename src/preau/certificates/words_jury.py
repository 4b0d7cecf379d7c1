"""What is said of a jury's decisions, in the language that is active."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from preau.certificates import words
from preau.certificates.models import Award, Candidate, Decision, Deliberation
from preau.common.templatetags.preau import told as moment
from preau.courses.models import Track, text_in

VERDICTS: Mapping[str, str] = {
    "admitted": gettext_noop("admitted"),
    "not": gettext_noop("not admitted"),
    "absent": gettext_noop("absent"),
}
SENTENCES: Mapping[str, str] = {
    "admitted": gettext_noop("The jury admits you: {object}."),
    "not": gettext_noop("The jury does not admit you: {object}."),
    "absent": gettext_noop("The jury notes your absence from what was asked for: {object}."),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a decision: the document in force, those that ended, the edition whose certificate stands
    instead."""

    award: Award | None = None
    ended: Sequence[Award] = ()
    stands: int | None = None


def sentence(decision: Decision, subject: str) -> str:
    """« The jury admits you: Classic track. »"""
    return _(SENTENCES[decision.verdict]).format(object=subject)


def about(row: Deliberation, track: Track | None, language: str) -> str:
    """What was decided on: the title of a track, else of the module."""
    return track.title(language) if track else row.title


def recourse(row: Deliberation, language: str) -> str:
    """How a decision is appealed against, and until when, as its minutes say."""
    return text_in(row.recourse, language)


def told(one: Candidate, decision: Decision, outcome: Outcome, site: str) -> tuple[str, str]:
    """Subject and text of the message that tells somebody what the jury decided."""
    row, language = one.deliberation, get_language() or "fr"
    edition = row.edition
    assert row.filed_at is not None
    course = edition.course.title(language)
    said = [
        _("Course: {course}, edition {number}. Decided on {time}.").format(
            course=course, number=edition.number, time=moment(row.filed_at, one.enrolment.person.zone_info)
        ),
        sentence(decision, about(row, decision.track or one.track, language)),
    ]
    if decision.reason:
        said.append(_("The reason given: {reason}").format(reason=decision.reason))
    said += _documents(outcome, site)
    said.append(_("Your figures as the jury saw them: {address}").format(address=f"{site}/e/{edition.slug}/me/jury/"))
    said.append(_("How to appeal, and until when: {recourse}").format(recourse=recourse(row, language)))
    return _("The jury’s decision: {course}").format(course=course), "\n\n".join(said) + "\n"


def _documents(outcome: Outcome, site: str) -> list[str]:
    said = []
    if outcome.award is not None:
        said.append(
            _("Your document is signed within minutes, and stays at this address: {address}").format(
                address=f"{site}/verify/{outcome.award.code}"
            )
        )
        if credits := words.credits(outcome.award):
            said.append(_("It attests {credits}. Credits are claimed from “My certificates”.").format(credits=credits))
    for award in outcome.ended:
        if award.replaced_by_id:
            said.append(_("The former document ({code}) is replaced by this one.").format(code=award.code))
        else:
            said.append(_("The document {code} is no longer in force.").format(code=award.code))
    if outcome.stands is not None:
        said.append(
            _("Your certificate of edition {number} stands: another would bring no credit.").format(
                number=outcome.stands
            )
        )
    return said
