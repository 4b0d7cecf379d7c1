"""What a member of staff decides of a doubt, and takes back: whose rows they are, whether somebody is who they say."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.past import bulk, claiming, counting, importing, laying, linking
from preau.past.models import Doubt, Former, FormerResult
from preau.past.scratch import Object

Decision = Doubt.Decision


def decide(
    *, act: acts.Act, doubt: Doubt, decision: str, former: Former | None, by: Person, now: datetime
) -> acts.Outcome:
    """Attach to `former`, make somebody else of it, or drop it. Refuses what was decided meanwhile, and what would say
    two things of one result."""

    def work() -> acts.Outcome:
        row = _locked(doubt)
        if row.decision:
            raise Refused(_("Somebody decided this already."))
        if decision == Decision.ATTACHED and former is None:
            raise Refused(_("Say who it is."))
        if decision == Decision.APART and row.kind == Doubt.Kind.CLAIM:
            raise Refused(_("Say who it is, or that nobody was found."))
        if decision == Decision.ATTACHED:
            assert former is not None
            whom = Former.objects.select_for_update(no_key=True).get(pk=former.pk)
            _take(row, whom, now) if row.kind == Doubt.Kind.CLAIM else _attach(row, whom)
        elif decision == Decision.APART:
            _attach(row, _apart(row))
        row.decision, row.decided_at, row.decided_by = decision, now, by
        row.save()
        _after(row, "former.decided", by, act, now)
        return {"doubt": str(row.pk), "decision": decision}

    return acts.once(act, by.pk, work)


def undo(*, act: acts.Act, doubt: Doubt, by: Person, now: datetime) -> acts.Outcome:
    """Take a decision back: it waits again, and what it wrote is not there any more. Refuses for somebody made by it of
    whom other files speak since."""

    def work() -> acts.Outcome:
        row = _locked(doubt)
        if not row.decision:
            raise Refused(_("Nothing was decided, or it was taken back already."))
        former, made = row.former, row.made
        for edition, what, key in made.get("wrote", []):
            place = {"edition_number": edition, "what": what, "key": key}
            FormerResult.objects.filter(former=former, source=row.source, **place).delete()
        if former is not None and (made.get("took") or linking.only_by(former, row.email)):
            linking.unlink(former)
        if former is not None and made.get("new"):
            if former.results.exists() or former.person_id or former.doubts.exclude(pk=row.pk).exists():
                raise Refused(_("Other files or decisions speak of this person since: nothing was changed."))
            former.delete()
        before = row.decision
        row.decision, row.decided_at, row.decided_by, row.former, row.made = Decision.OPEN, None, None, None, {}
        row.save()
        _after(row, "former.undecided", by, act, now, before=before)
        return {"doubt": str(row.pk)}

    return acts.once(act, by.pk, work)


def _locked(doubt: Doubt) -> Doubt:
    counting.lock(doubt.course_id)
    rows = Doubt.objects.select_related("course", "source", "person", "former__person")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=doubt.pk)


def _after(row: Doubt, verb: str, by: Person, act: acts.Act, now: datetime, **said: Any) -> None:
    counting.recount(row.course, {one["edition"] for one in row.rows})
    said |= {"kind": row.kind, "decision": row.decision, "former": str(row.former_id or "")}
    journal.log(verb, by=by.pk, about="doubt", about_id=row.pk, at=now, **said)
    if row.kind == Doubt.Kind.CLAIM:
        claiming.tell(row, key=str(act.id), now=now)


def _take(row: Doubt, whom: Former, now: datetime) -> None:
    """A former person becomes the account's whose claim it is."""
    if whom.person_id not in (None, row.person_id):
        raise Refused(_("They are another account's already."))
    row.former, row.made = whom, {"took": whom.person_id is None}
    if whom.person_id is None:
        rows = Former.objects.filter(pk=whom.pk)
        rows.update(person=row.person, linked_how=Former.How.STAFF, linked_at=now)


def _apart(row: Doubt) -> Former:
    """Somebody else, with what of the address and the number nobody has."""
    course, email, number = row.course_id, row.email, row.number
    if email and Former.objects.filter(course=course, email=email).exists():
        email = ""
    if number and Former.objects.filter(course=course, number=number).exists():
        number = ""
    name = row.names[0] if row.names else ""
    made = Former.objects.create(course_id=course, email=email, number=number, name=name, source=row.source)
    row.made = {"new": True}
    return made


def _attach(row: Doubt, whom: Former) -> None:
    """Write what the rows say, but for what is said of this person already."""
    wrote = []
    for said in row.rows:
        one = Object(target="", **said)
        place = {"edition_number": one.edition, "what": one.what, "key": one.key}
        there = list(FormerResult.objects.filter(former=whom, **place).values("source_id", *laying.FIELDS))
        if any(laying.differs(one, other) for other in there):
            told = _("Edition {edition}, {key}: another result of this person is there already.")
            raise Refused(told.format(edition=one.edition, key=one.key or one.what))
        if not there or laying.adds(one, there):
            _write(row, whom, one)
            wrote.append([one.edition, one.what, one.key])
    row.former, row.made = whom, {**row.made, "wrote": wrote}


def _write(row: Doubt, whom: Former, one: Object) -> None:
    assert row.source is not None
    values = importing.result_of(whom.pk, row.source.pk, one)
    try:
        with transaction.atomic():
            bulk.insert(FormerResult, importing.RESULTS, [values])
    except IntegrityError as error:
        raise Refused(_("This file says two things of this person: nothing was changed.")) from error
