"""The verbs of a deliberation: prepare it, freeze its list, bring somebody before it, close, file, cancel it. What is
decided of each candidate is in `deciding`; each verb is an act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import filing, freezing, queries, tasks
from preau.certificates.models import Candidate, Decision, Deliberation
from preau.common.text import one_line
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Track, text_in


@dataclass(frozen=True)
class Sheet:
    """What a deliberation says of itself: who sits, when, and how near a threshold makes a case."""

    title: str
    president: str = ""
    members: tuple[str, ...] = ()
    held_on: date | None = None
    margin: float = 2.0

    def written(self) -> Mapping[str, object]:
        """As its columns keep it. Refuses a title that is empty."""
        if not one_line(self.title):
            raise Refused(_("A deliberation needs a title."))
        members = [name for one in self.members if (name := one_line(one)[:120])]
        return {
            "title": one_line(self.title)[:120],
            "president": one_line(self.president)[:120],
            "members": members[:40],
            "held_on": self.held_on,
            "margin": self.margin,
        }


def prepare(
    *,
    act: acts.Act,
    edition: Edition,
    sheet: Sheet,
    tracks: Sequence[str] = (),
    module: str = "",
    rectifies: Deliberation | None = None,
    by: Person,
    now: datetime,
) -> acts.Outcome:
    """Make a deliberation about tracks or a module of an edition, or one that takes up a filed one again.

    Refuses nothing to deliberate about, what the edition does not have, and a course that does not say how a decision
    is appealed against."""

    def work() -> acts.Outcome:
        Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)  # one number at a time
        about = (rectifies.tracks, rectifies.module) if rectifies else (list(tracks), module)
        _refuse_if(rectifies is not None and rectifies.filed_at is None, _("Only filed minutes can be taken up again."))
        _check_about(edition, *about)
        last = Deliberation.objects.filter(edition=edition).aggregate(last=Max("number"))["last"] or 0
        row = Deliberation.objects.create(
            edition=edition,
            number=last + 1,
            tracks=about[0],
            module=about[1],
            rectifies=rectifies,
            prepared_at=now,
            **sheet.written(),
        )
        _log("jury.prepared", row, by, now, title=row.title)
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def _check_about(edition: Edition, tracks: Sequence[str], module: str) -> None:
    if bool(tracks) == bool(module):
        raise Refused(_("Choose the tracks to deliberate about, or one module."))
    known = set(edition.tracks.values_list("key", flat=True))
    outline = outlines.of_edition(edition, edition.course.languages[0])
    attested = {one.key for one in queries.attesting(outline)}
    if set(tracks) - known or (module and module not in attested):
        raise Refused(_("This edition has no such track or module to certify."))
    terms_of_appeal(edition)


def terms_of_appeal(edition: Edition) -> Mapping[str, str]:
    """How a decision is appealed against, by language, as the course says today. Refuses a course that does not."""
    said = (edition.course.about.get("certificate") or {}).get("recourse")
    texts = said if isinstance(said, Mapping) else {edition.course.languages[0]: str(said or "")}
    if not text_in(texts, edition.course.languages[0]).strip():
        raise Refused(
            _("The course does not say how a decision is appealed against: write certificate.recourse in course.yaml.")
        )
    return dict(texts)


def amend(*, act: acts.Act, deliberation: Deliberation, sheet: Sheet, by: Person, now: datetime) -> acts.Outcome:
    """Change who sits, when, the title; the margin until the list is frozen. Refuses once the minutes are closed."""

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        _refuse_if(bool(row.closed_at or row.cancelled_at), _("The minutes are closed: nothing was changed."))
        said = dict(sheet.written())
        if row.frozen_at:
            said.pop("margin")
        Deliberation.objects.filter(pk=row.pk).update(**said)
        _log("jury.amended", row, by, now)
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def ask_freeze(*, act: acts.Act, deliberation: Deliberation, by: Person, now: datetime) -> acts.Outcome:
    """Have the worker make the list. Asked again before it did, nothing more; refuses a list that is frozen."""

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        _refuse_if(bool(row.frozen_at or row.cancelled_at), _("This list is frozen already."))
        if row.freezing_at is None:
            row.freezing_at = now
            row.save(update_fields=["freezing_at"])
            _log("jury.freezing", row, by, now)
        transaction.on_commit(lambda: tasks.freeze.enqueue(str(row.pk)))
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def bring(
    *, act: acts.Act, deliberation: Deliberation, enrolment: Enrolment, track: str, why: str, by: Person, now: datetime
) -> acts.Outcome:
    """Bring somebody before the jury, as a case, with today's figures: somebody the list lacks, or whose decision is
    to be taken up again. Refuses no reason, closed minutes, who is there already, and another track than the
    deliberation is about."""

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        _refuse_if(bool(row.closed_at or row.cancelled_at), _("The minutes are closed: nothing was changed."))
        said = one_line(why)[:300]
        _refuse_if(not said, _("Say why they are brought before the jury."))
        abouts = [one for one in freezing.subjects(row) if (one.track.key if one.track else "") == track]
        _refuse_if(not abouts or enrolment.edition_id != row.edition_id, _("This deliberation is not about that."))
        _refuse_elsewhere(row, enrolment, abouts[0].track)
        made = freezing.snapshots([enrolment.pk], abouts[0], now=now, apart=said)[0]
        made.save(force_insert=True)
        journal.log("jury.brought", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, n=row.number)
        return {"candidate": str(made.pk)}

    return acts.once(act, by.pk, work)


def _refuse_elsewhere(row: Deliberation, enrolment: Enrolment, track: Track | None) -> None:
    """One jury at a time for one person and thing; what one decided, only one that rectifies takes up again."""
    rows = Candidate.objects.filter(enrolment=enrolment, track=track, deliberation__module=row.module)
    live = rows.filter(deliberation__cancelled_at=None)
    _refuse_if(live.filter(deliberation=row).exists(), _("They are before this jury already."))
    others = live.exclude(deliberation=row)
    _refuse_if(others.filter(deliberation__filed_at=None).exists(), _("They are before another jury already."))
    decided = others.exists() and row.rectifies_id is None
    _refuse_if(decided, _("A jury decided of this already: prepare a rectification of its minutes."))


def close(*, act: acts.Act, deliberation: Deliberation, by: Person, now: datetime) -> acts.Outcome:
    """Close the minutes: everybody has a decision, the worker prints what the president signs. Refuses while a
    candidate has none, without a president or a date."""

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        _refuse_if(row.frozen_at is None, _("The list is not frozen yet."))
        _refuse_if(bool(row.closed_at or row.cancelled_at), _("The minutes are closed already."))
        _refuse_if(not row.president or row.held_on is None, _("Say who presides and on which day the jury sits."))
        left = undecided(row).count()
        said = ngettext(
            "{n} person has no decision yet: nothing was closed.",
            "{n} people have no decision yet: nothing was closed.",
            left,
        )
        _refuse_if(bool(left), said.format(n=left))
        row.closed_at, row.recourse = now, terms_of_appeal(row.edition)
        row.save(update_fields=["closed_at", "recourse"])
        _log("jury.closed", row, by, now)
        transaction.on_commit(lambda: tasks.print_minutes.enqueue(str(row.pk)))
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def reopen(*, act: acts.Act, deliberation: Deliberation, by: Person, now: datetime) -> acts.Outcome:
    """Open minutes again that were not filed: what was printed is void. Refuses once they are filed."""

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        ended = bool(row.filed_at or row.cancelled_at)
        _refuse_if(ended or row.closed_at is None, _("These minutes are filed, or were never closed."))
        row.closed_at, row.minutes, row.minutes_digest = None, "", ""
        row.save(update_fields=["closed_at", "minutes", "minutes_digest"])
        _log("jury.reopened", row, by, now)
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def file(
    *, act: acts.Act, deliberation: Deliberation, signed: bytes, printed: str, by: Person, now: datetime
) -> acts.Outcome:
    """File the minutes as they came back signed, a PDF: from now on nothing of them changes, and the worker gives and
    tells what was decided. `printed` is the digest of the minutes that were signed. Refuses before they are printed,
    others that were printed since, a second filing, and what is no PDF or over 20 MB."""
    name, digest = filing.keep(deliberation, signed)

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        _refuse_if(not row.minutes or bool(row.cancelled_at), _("The minutes are not printed yet."))
        _refuse_if(bool(row.filed_at), _("These minutes are filed already."))
        _refuse_if(row.minutes_digest != printed, _("Other minutes were printed since: have those signed."))
        row.filed_at, row.signed, row.signed_digest = now, name, digest
        row.save(update_fields=["filed_at", "signed", "signed_digest"])
        _log("jury.filed", row, by, now, sha256=digest)
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def cancel(*, act: acts.Act, deliberation: Deliberation, reason: str, by: Person, now: datetime) -> acts.Outcome:
    """Give a deliberation up, with its reason: its list judges nobody. Refuses once it is filed."""

    def work() -> acts.Outcome:
        row = held(deliberation.pk)
        said = one_line(reason)[:300]
        _refuse_if(not said, _("Say why it is given up."))
        _refuse_if(bool(row.filed_at or row.cancelled_at), _("It is filed, or was given up already."))
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        _log("jury.cancelled", row, by, now, reason=said)
        return {"deliberation": str(row.pk)}

    return acts.once(act, by.pk, work)


def held(deliberation_id: UUID) -> Deliberation:
    """A deliberation, locked until the end of the transaction: verbs about it come one after another."""
    rows = Deliberation.objects.select_for_update(of=("self",)).select_related("edition__course")
    return rows.get(pk=deliberation_id)


def undecided(deliberation: Deliberation) -> QuerySet[Candidate]:
    """Its candidates without a decision."""
    return deliberation.candidates.filter(~Exists(Decision.objects.filter(candidate=OuterRef("pk"))))


def _refuse_if(so: bool, reason: str) -> None:
    if so:
        raise Refused(reason)


def _log(verb: str, row: Deliberation, by: Person, now: datetime, **details: object) -> None:
    journal.log(verb, by=by.pk, about="edition", about_id=row.edition_id, at=now, n=row.number, **details)
