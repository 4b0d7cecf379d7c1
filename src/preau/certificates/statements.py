"""What a learner does with statements: make one of an enrolment of theirs, hide its page, show it again. The worker
signs it afterwards (`statement_signing`): the web process neither signs nor prints."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import statement_facts
from preau.certificates.giving import new_code
from preau.certificates.models import Statement
from preau.content import outline as outlines
from preau.courses.models import Enrolment

A_DAY = 10  # by one person
FOLDER = "statements"


def make(*, act: acts.Act, by: Person, enrolment: Enrolment, kind: str, language: str, now: datetime) -> acts.Outcome:
    """Freeze where somebody is in an edition, to be signed. Refuses a kind or a language that there is none of, an
    account without a name, an edition that shows no course yet, and more than ten a day."""

    def work() -> acts.Outcome:
        if kind not in Statement.Kind.values or language not in dict(settings.LANGUAGES):
            raise Refused(_("Choose a document and its language."))
        person = Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        _allow(person, now)
        row = Statement.objects.create(
            enrolment=enrolment,
            kind=kind,
            code=new_code(),
            language=language,
            name_shown=person.name,
            facts=_facts(enrolment, kind, language, now),
            made_at=now,
        )
        said = {"code": row.code, "kind": kind}
        journal.log("statement.made", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, **said)
        return {"statement": row.code}

    return acts.once(act, by.pk, work)


def _allow(person: Person, now: datetime) -> None:
    if not person.name.strip():
        raise Refused(_("Write your name in your account first: the document is made out to it."))
    made = Statement.objects.filter(enrolment__person=person, made_at__gt=now - timedelta(days=1)).count()
    if made >= A_DAY:
        raise Refused(_("You made {n} of these documents within a day: try again tomorrow.").format(n=made))


def _facts(enrolment: Enrolment, kind: str, language: str, now: datetime) -> dict[str, object]:
    try:
        return statement_facts.freeze(enrolment, kind, language, now=now)
    except outlines.NotPrinted:
        raise Refused(_("The programme is being prepared: there is nothing to state yet.")) from None


def hide(*, act: acts.Act, by: Person, statement: Statement, hidden: bool, now: datetime) -> acts.Outcome:
    """Hide the page and the files of a statement from everybody but its holder, or show them again: a hidden page says
    that the document is authentic and of which day. Asked again, it changes nothing."""

    def work() -> acts.Outcome:
        if Statement.objects.filter(pk=statement.pk).exclude(hidden=hidden).update(hidden=hidden):
            verb = "statement.hidden" if hidden else "statement.shown"
            journal.log(verb, by=by.pk, about="enrolment", about_id=statement.enrolment_id, at=now, code=statement.code)
        return {"statement": statement.code, "hidden": hidden}

    return acts.once(act, by.pk, work)


def forget(person: Person) -> None:
    """Delete every statement of a person, with its file, after the commit."""
    rows = Statement.objects.filter(enrolment__person=person)
    codes = list(rows.values_list("code", flat=True))
    rows.delete()
    transaction.on_commit(lambda: delete_papers(codes))


def paper_name(code: str, digest: str) -> str:
    """Where the paper of a statement lies in the storage."""
    return f"{FOLDER}/{code[:2]}/{code}-{digest[:8]}.pdf"


def delete_papers(codes: Sequence[str]) -> None:
    """Delete every file of these statements, those included that a kill left without a row."""
    for code in codes:
        folder = f"{FOLDER}/{code[:2]}"
        names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
        for name in names:
            if name.startswith(f"{code}-"):
                default_storage.delete(f"{folder}/{name}")
