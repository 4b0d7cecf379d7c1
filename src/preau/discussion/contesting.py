"""A decision contested by whom it concerns, once, within six months; looked at again by those who decide, and by
somebody else than whoever made it whenever there is one (Regulation (EU) 2022/2065, article 20)."""

from django.utils.translation import gettext as _

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.common.ids import new_id
from preau.discussion import access_moderation as doors
from preau.discussion import rules_moderation as bounds
from preau.discussion import statements, undoing
from preau.discussion.access import Here
from preau.discussion.models import ModerationAct
from preau.discussion.moderating import Why


def contest(*, act: acts.Act, at: Here, row: ModerationAct, words: str) -> acts.Outcome:
    """Say why one does not agree. Refuses a second time, an empty text, what cannot be contested, and what is too
    old."""

    def work() -> acts.Outcome:
        found = _alone(row)
        said = texts.clean(words).strip()
        if not bounds.contestable(found.what, found.at, at.now):
            raise Refused(_("This decision cannot be contested any more."))
        if found.contested_at is not None:
            raise Refused(_("You contested it already: what you wrote is kept, and is looked at once."))
        if not said:
            raise Refused(_("Say why you do not agree."))
        found.contested_at, found.contest = at.now, said[: bounds.LONGEST]
        found.save(update_fields=["contested_at", "contest"])
        return {"act": str(found.pk)}

    return acts.once(act, at.person.pk, work)


def answer(*, act: acts.Act, at: Here, row: ModerationAct, words: str, upheld: bool) -> acts.Outcome:
    """Uphold it, or take it back, and tell whom it concerns. Refuses what nobody contested, a second answer, one
    without a reason, and whoever made the decision while somebody else could answer."""

    def work() -> acts.Outcome:
        found = _alone(row)
        said = texts.clean(words).strip()[: bounds.LONGEST]
        _may_answer(at, found)
        if not said:
            raise Refused(_("Say why: whoever contested it reads your answer."))
        found.answered_at, found.answered_by, found.answer, found.upheld = at.now, at.person, said, upheld
        found.save(update_fields=["answered_at", "answered_by", "answer", "upheld"])
        if not upheld and undoing.undone_by(found) is None:
            undoing.undone(new_id(), at, found, Why(found.rule, said, "contest"), tell=False)
        statements.tell_answered(at, found)
        journal.log(
            "contest.answered",
            by=at.person.pk,
            about="member",
            about_id=found.person_id,
            at=at.now,
            act=str(found.pk),
            upheld=upheld,
        )
        return {"act": str(found.pk), "upheld": upheld}

    return acts.once(act, at.person.pk, work)


def _may_answer(at: Here, row: ModerationAct) -> None:
    if row.contested_at is None:
        raise Refused(_("Nobody contested this."))
    if row.answered_at is not None:
        name = row.answered_by.name if row.answered_by else ""
        raise Refused(_("{name} answered it meanwhile.").format(name=name or _("Somebody of the team")))
    if row.by_id == at.person.pk and doors.others_decide(at, row.by_id, row.person_id):
        raise Refused(_("You made this decision: somebody else who decides answers the contest."))
    if row.person_id == at.person.pk:
        raise Refused(_("This decision concerns you: somebody else answers."))


def _alone(row: ModerationAct) -> ModerationAct:
    rows = ModerationAct.objects.select_for_update(of=("self",))
    return rows.select_related("post__thread", "person", "by", "answered_by", "space__course").get(pk=row.pk)
