"""The doors of certificates: whoever has a code may see what it certifies, as far as its holder lets everybody see it;
a holder has their own."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from preau.accounts.models import Person
from preau.certificates import sharing
from preau.certificates.models import Award, NameCorrection, ShareLink, Statement, StatusList
from preau.certificates.queries import HERE
from preau.courses.access import Visitor
from preau.courses.models import Enrolment

JOINED = ("credential", "enrolment__edition__course", "track", "replaced_by")


@dataclass(frozen=True)
class Opened:
    """An award as somebody may see it: the `whole` of it, or only what state it is in. `own`: it is theirs; `linked`:
    they came by a link that its holder gave."""

    award: Award
    whole: bool
    own: bool
    linked: bool


def public(visitor: Visitor | None, code: str, token: str = "") -> Opened | None:
    """An award by its public code, as printed or typed: case and hyphens do not matter; None for any other. It is
    whole unless its holder hid it; then for the holder, and for who brings the token of a link. One query."""
    rows = Award.objects.select_related(*JOINED).defer("credential__text")
    rows = rows.annotate(linked=Exists(_links(token))) if sharing.TOKEN.fullmatch(token) else rows
    found = rows.filter(code=code.upper().replace("-", "").strip()).first()
    if found is None:
        return None
    own = isinstance(visitor, Person) and found.enrolment.person_id == visitor.pk
    linked = bool(getattr(found, "linked", False))
    return Opened(found, not found.hidden or own or linked, own, linked)


def _links(token: str) -> QuerySet[ShareLink]:
    """The link of this token, if it opens the award at hand: its own, that of the one it took the place of, and of what
    bears another name."""
    same = Q(award__track=OuterRef("track")) | Q(award__track=None, award__module=OuterRef("module"))
    later = Q(award__enrolment=OuterRef("enrolment"), award__awarded_at=OuterRef("awarded_at")) & same
    here = Q(award=OuterRef("pk")) | Q(award__replaced_by=OuterRef("pk")) | later
    return ShareLink.objects.filter(here, sharing.live(timezone.now()), token=token)


def award(visitor: Visitor | None, code: str, token: str = "") -> Award:
    """An award whose documents may be fetched: signed, and whole for this visitor. 404 for any other, and for one that
    another took the place of, but for its holder: it bears a name that is theirs no more."""
    found = public(visitor, code, token)
    if found is None or not found.whole or not hasattr(found.award, "credential"):
        raise Http404
    if found.award.replaced_by_id and not found.own:
        raise Http404
    return found.award


def own(visitor: Visitor) -> list[Award]:
    """A person's own awards, newest first, each with its links that open something (`open_links`), the requests for
    another name (`asked_names`, newest first) and the claims of its credits: a constant number of queries."""
    links = ShareLink.objects.filter(sharing.live(timezone.now())).order_by("made_at", "pk")
    asked = NameCorrection.objects.order_by("-asked_at", "-pk")
    return list(
        _own(visitor)
        .prefetch_related(
            Prefetch("links", queryset=links, to_attr="open_links"),
            Prefetch("corrections", queryset=asked, to_attr="asked_names"),
            "claims",
        )
        .order_by("-awarded_at", "module", "-pk")  # the certificate before the modules given with it
    )


def own_award(visitor: Visitor, code: str) -> Award:
    """One of them, by its code."""
    if found := _own(visitor).filter(code=code).first():
        return found
    raise Http404


def open_links(award: Award) -> list[ShareLink]:
    """The links of an award whose door was opened that open something, oldest first."""
    return list(award.links.filter(sharing.live(timezone.now())).order_by("made_at", "pk"))


def own_link(award: Award, link_id: UUID) -> ShareLink:
    """A link of an award whose door was opened."""
    if found := ShareLink.objects.filter(pk=link_id, award=award).first():
        return found
    raise Http404


def own_correction(award: Award, correction_id: UUID) -> NameCorrection:
    """A request for another name on an award whose door was opened."""
    if found := NameCorrection.objects.filter(pk=correction_id, award=award).first():
        return found
    raise Http404


def _own(visitor: Visitor) -> QuerySet[Award]:
    if not isinstance(visitor, Person):
        raise Http404
    rows = Award.objects.select_related(*JOINED, "enrolment__person").defer("credential__text")
    return rows.filter(enrolment__person=visitor)


def status_list(purpose: str, number: int) -> StatusList:
    """A published status list, for anybody. One query; 404 for one that is not signed yet, and for any other."""
    if found := StatusList.objects.filter(purpose=purpose, number=number).exclude(text="").first():
        return found
    raise Http404


def statement(code: str) -> Statement | None:
    """A signed statement by its public code, as printed or typed; None for any other. One query."""
    rows = Statement.objects.select_related("enrolment__edition__course").exclude(text="").defer("text")
    return rows.filter(code=code.upper().replace("-", "").strip()).first()


def whole_statement(visitor: Visitor | None, code: str) -> Statement:
    """A signed statement whose documents may be fetched: not hidden, or one's own. 404 for any other."""
    found = statement(code)
    if found is None or (found.hidden and not owns(visitor, found)):
        raise Http404
    return found


def owns(visitor: Visitor | None, row: Statement) -> bool:
    """Is it the visitor's own?"""
    return isinstance(visitor, Person) and row.enrolment.person_id == visitor.pk


def own_statement(visitor: Visitor, code: str) -> Statement:
    """One of a person's own statements, signed or not."""
    rows = Statement.objects.select_related("enrolment").defer("text", "facts")
    if isinstance(visitor, Person) and (found := rows.filter(code=code, enrolment__person=visitor).first()):
        return found
    raise Http404


def own_enrolment(visitor: Visitor, enrolment_id: UUID) -> Enrolment:
    """An enrolment that a person may show where they are in: theirs, running, over or left; 404 for one that the team
    ended, and for any other."""
    rows = Enrolment.objects.filter(HERE).select_related("edition__course", "track", "person")
    if isinstance(visitor, Person) and (found := rows.filter(pk=enrolment_id, person=visitor).first()):
        return found
    raise Http404
