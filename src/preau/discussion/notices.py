"""Notices of illegal content by anybody, with or without an account: received, acknowledged, decided with a reason, and
the notifier told (Regulation (EU) 2022/2065, article 16).

A notice whose address leads to a message is the queue of that message's edition (or course); any other is that of
whoever runs the site. What a notifier is told never says whether an address leads anywhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.discussion import moderating, rules_moderation, statements
from preau.discussion.access import Here
from preau.discussion.models import Notice, Post
from preau.discussion.moderating import Why

_HEX = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SPACE = r"/(?:e/(?P<edition>[-\w]{1,80})/discussion|commons/(?P<course>[-\w]{1,80}))/"
_NAMED = re.compile(rf"{_SPACE}(?P<what>thread|post)/(?P<id>{_HEX})/[^#]*(?:#p-(?P<number>\d{{1,9}}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What a notice says."""

    address: str
    reason: str
    name: str
    email: str
    language: str

    def data(self) -> dict[str, str]:
        """As the payload of an act."""
        return {"address": self.address, "reason": self.reason, "name": self.name, "email": self.email}


def receive(*, act: acts.Act, by: Person | None, said: Said, now: datetime) -> acts.Outcome:
    """Keep a notice and acknowledge it by mail. Its id is the act's. Refuses more than `NOTICES_A_DAY` from one
    address; the door counts those of one machine."""

    def work() -> acts.Outcome:
        sent = Notice.objects.filter(received_at__gt=now - timedelta(days=1))
        if said.email and sent.filter(email__iexact=said.email).count() >= rules_moderation.NOTICES_A_DAY:
            raise Refused(_("Many notices came from this address today: they are kept, and looked at. Write tomorrow."))
        address = texts.one_line(said.address)[:500]
        row = Notice.objects.create(
            id=act.id,
            address=address,
            post=post_at(address),
            name=texts.one_line(said.name)[:120],
            email=said.email,
            language=said.language,
            reason=texts.clean(said.reason).strip(),
            received_at=now,
        )
        _acknowledge(row)
        return {"notice": str(row.pk)}

    return acts.once(act, by.pk if by else act.id, work)


def post_at(address: str) -> Post | None:
    """The message to which an address of ours leads, as anybody may have copied it from their browser."""
    found = _NAMED.search(address)
    if found is None:
        return None
    key = UUID(found["id"])
    rows = Post.objects.select_related("thread")
    if found["what"].lower() == "post":
        return rows.filter(pk=key).first()
    return rows.filter(thread_id=key, number=int(found["number"] or 1)).first()


def reference(row: Notice) -> str:
    """By which a notice is called in mails and on pages: the last of its id, which nothing can be opened with."""
    return row.pk.hex[-8:].upper()


def _acknowledge(row: Notice) -> None:
    with translation.override(row.language):
        text = _(
            "Hello,\n\nYour notice about {address} is received (reference {reference}). A person looks at it and"
            " decides; you are told what was decided, and why."
        ).format(address=row.address, reference=reference(row))
        _mail(row, "received", _("Your notice {reference}").format(reference=reference(row)), text, row.received_at)


def _mail(row: Notice, what: str, subject: str, text: str, now: datetime) -> None:
    if row.email:
        statements.send_to(
            row.email,
            known_by=row.pk,
            language=row.language,
            key=f"notice:{row.pk}:{what}",
            subject=subject,
            text=f"{text}\n",
            now=now,
        )


def of_spaces(spaces: Iterable[UUID], *, slug: str, decided: bool = False) -> "QuerySet[Notice]":
    """The undecided notices of these spaces, and those whose address names the edition without leading to a message;
    oldest first. With `decided`, those that are too."""
    named = Q(post=None) & (Q(address__contains=f"/e/{slug}/") | Q(address__endswith=f"/e/{slug}"))
    here = Q(post__thread__space__in=list(spaces))
    rows = Notice.objects.filter(here | named)
    rows = rows if decided else rows.filter(decided_at=None)
    return rows.select_related("post__thread__space__edition").order_by("received_at", "pk")


def everywhere(*, decided: bool = False) -> "QuerySet[Notice]":
    """Every undecided notice, for whoever runs the site; with `decided`, every one."""
    rows = Notice.objects.all() if decided else Notice.objects.filter(decided_at=None)
    rows = rows.order_by("received_at", "pk")
    return rows.select_related("post__thread__space__edition", "post__thread__space__course")


def decide(
    *, act: acts.Act, by: Person, at: Here | None, notice: Notice, words: str, hide: Why | None, now: datetime
) -> acts.Outcome:
    """Decide on a notice with a reason, and tell the notifier. `hide` takes the message out of sight by this rule, in
    its space `at`. Refuses without a reason, and what somebody decided meanwhile."""

    def work() -> acts.Outcome:
        row = Notice.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=notice.pk)
        said = texts.clean(words).strip()[: rules_moderation.LONGEST]
        if row.decided_at is not None:
            name = row.decided_by.name if row.decided_by else ""
            raise Refused(_("{name} decided it meanwhile.").format(name=name or _("Somebody of the team")))
        if not said:
            raise Refused(_("Say why: whoever sent the notice reads it."))
        hidden = hide is not None and at is not None and row.post is not None
        if hidden:
            assert hide is not None
            assert at is not None
            assert row.post is not None
            _hide(act.id, at, row.post, hide)
        row.decided_at, row.decided_by, row.decision = now, by, said
        row.save(update_fields=["decided_at", "decided_by", "decision"])
        journal.log("notice.decided", by=by.pk, about="notice", about_id=row.pk, at=now, hidden=hidden)
        _tell(row, hidden=hidden)
        return {"notice": str(row.pk), "hidden": hidden}

    return acts.once(act, by.pk, work)


def _hide(act: UUID, at: Here, post: Post, why: Why) -> None:
    given = moderating.reasoned(Why(why.rule, why.words, "notice"))
    row = moderating.locked(post)
    if row.state == Post.State.HIDDEN:
        return  # somebody did already: the notifier is told the same
    before = moderating.turned(row, Post.State.HIDDEN)
    moderating.recorded(act, at, moderating.Done(moderating.What.HIDE, row, before, row.author), given)


def _tell(row: Notice, *, hidden: bool) -> None:
    assert row.decided_at is not None
    with translation.override(row.language):
        came = _("What you pointed out is no longer shown.") if hidden else _("What you pointed out is left as it is.")
        parts = [
            _("Hello,"),
            _("Your notice about {address} was looked at (reference {reference}).").format(
                address=row.address, reference=reference(row)
            ),
            f"{came} {_('A person decided, not a machine.')}",
            _("Reason: {reason}").format(reason=row.decision),
            _("You do not agree? Write to the team:") + f"\n{settings.SITE_URL}/requests/new/",
            _("You also keep the right to go to an out-of-court dispute settlement body, or to a court."),
        ]
        subject = _("Your notice {reference}").format(reference=reference(row))
        _mail(row, "decided", subject, "\n\n".join(parts), row.decided_at)
