"""The statement of reasons that somebody is sent when a decision concerns them (Regulation (EU) 2022/2065, article 17),
and what else moderation tells by mail: each in the reader's own language, through the one door."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.common.templatetags.preau import told
from preau.discussion import rules_moderation as rules
from preau.discussion import words_moderation as words
from preau.discussion.access import Here
from preau.discussion.models import Flag, ModerationAct, Post
from preau.mail import actions as mail

What = ModerationAct.What
QUOTED = 400  # characters of a message in a mail about it


def tell(at: Here, row: ModerationAct) -> None:
    """Send its statement to whom it concerns, if they have an account."""
    person = row.person
    if person is None or person.erased_at is not None:
        return
    with translation.override(person.language):
        _send(person, f"moderation:{row.pk}", subject(at, row), letter(at, row, person), at.now)


def subject(at: Here, row: ModerationAct) -> str:
    """In the language in force."""
    if row.post is not None:
        return _("Your message in “{title}”").format(title=row.post.thread.title)
    return _("Your place in the discussions of {course}").format(course=at.title(translation.get_language() or "fr"))


def letter(at: Here, row: ModerationAct, person: Person) -> str:
    """What was done, to which message, by which rule, on what ground, and how to contest it."""
    parts = [_("Hello,"), what(row, person), _quoted(row.post), because(row), ground(row), _contest(at, row, person)]
    return "\n\n".join(part for part in parts if part) + "\n"


def what(row: ModerationAct, person: Person) -> str:
    """What was done, in a sentence of the language in force."""
    where = {
        "course": row.space.course.title(translation.get_language() or "fr"),
        "until": told(row.until, person.zone_info) if row.until else "",
    }
    sentences = {
        What.HIDE: _("A moderator hid your message below: others no longer see it. You still do."),
        What.RESTORE: _("Your message below is shown again to everybody."),
        What.RELEASE: _("A moderator looked at your message below, which waited: it is shown to everybody now."),
        What.WARN: _("A moderator asks you to change something in how you write. Nothing was taken away from you."),
        What.MUTE: _("You cannot write in the discussions of {course} until {until}. You can still read them."),
        What.BAN: _("You cannot write in the discussions of {course} any more. You can still read them."),
        What.LIFT: _("An earlier decision about you in the discussions of {course} no longer holds."),
        What.FOLD: _("Your message below was set aside as advertising: a moderator looks at it before others see it."),
        What.CLOSE: _("A moderator closed your thread: nobody can reply to it any more. It can still be read."),
        What.REOPEN: _("Your thread is open again: everybody can reply to it."),
        What.RETITLE: _("The title of your thread was changed, so that others find it."),
        What.MOVE: _("Your thread was moved to another room, where it is found more easily."),
    }
    return sentences[What(row.what)].format(**where)


def _quoted(post: Post | None) -> str:
    if post is None:
        return ""
    text = post.text if len(post.text) <= QUOTED else post.text[:QUOTED].rstrip() + "…"
    return _("“{title}”").format(title=post.thread.title) + "\n" + "\n".join(f"> {line}" for line in text.splitlines())


def because(row: ModerationAct) -> str:
    """Which house rule, and what the moderator wrote."""
    rule = words.said(words.RULES, row.rule)
    parts = [_("House rule: {rule}.").format(rule=rule) if rule else "", row.statement]
    return "\n\n".join(part for part in parts if part)


def ground(row: ModerationAct) -> str:
    """Who began it, and that no machine decided."""
    if row.what in (What.RETITLE, What.MOVE):
        return ""
    said = words.said(words.GROUNDS, str(row.before.get("ground", "own")))
    found = _("A plain rule of the site had held it back first.") if row.before.get("automated") else ""
    return " ".join(part for part in (said, found, _("A person decided, not a machine.")) if part)


def _contest(at: Here, row: ModerationAct, person: Person) -> str:
    address = f"{settings.SITE_URL}{at.address}act/{row.pk}/"
    if row.what not in rules.CONTESTABLE:
        return _("The decision on the site:") + f"\n{address}"
    until = told(rules.contest_until(row.at), person.zone_info)
    return (
        _("You do not agree? Say why on this page, until {until}. Somebody else looks at it if there is one:").format(
            until=until
        )
        + f"\n{address}\n\n"
        + _("You also keep the right to go to an out-of-court dispute settlement body, or to a court.")
    )


def tell_answered(at: Here, row: ModerationAct) -> None:
    """What came of a contest."""
    person = row.person
    if person is None or person.erased_at is not None:
        return
    with translation.override(person.language):
        text = (
            _("You contested a decision, and it was looked at again. The decision stands.")
            if row.upheld
            else _("You contested a decision, and it was looked at again. It is taken back.")
        )
        way = _("The decision on the site:") + f"\n{settings.SITE_URL}{at.address}act/{row.pk}/"
        rights = _("You also keep the right to go to an out-of-court dispute settlement body, or to a court.")
        parts = [_("Hello,"), text, row.answer, way, rights if row.upheld else ""]
        _send(
            person,
            f"contest:{row.pk}",
            _("What you contested"),
            "\n\n".join(part for part in parts if part) + "\n",
            at.now,
        )


def thank_flaggers(at: Here, flags: list[Flag], *, acted: bool) -> None:
    """Tell those who flagged a post what came of it; nobody reads who they are."""
    for flag in flags:
        person = flag.person
        if person is None or person.erased_at is not None or person.pk == at.person.pk:
            continue
        with translation.override(person.language):
            came = (
                _("A moderator looked at it and did something about it.")
                if acted
                else _("A moderator looked at it and left it as it is. Not every message that hurts breaks a rule.")
            )
            thanks = _("Hello,\n\nThank you for pointing out a message in “{title}”.").format(
                title=flag.post.thread.title
            )
            _send(person, f"flag:{flag.pk}", _("What you pointed out"), f"{thanks} {came}\n", at.now)


def _send(person: Person, key: str, subject: str, text: str, now: datetime) -> None:
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=key,
        language=person.language,
        subject=subject,
        text=text,
        now=now,
        kind="decision",
        zone=person.zone,
    )


def send_to(address: str, *, known_by: UUID, language: str, key: str, subject: str, text: str, now: datetime) -> None:
    """The same to somebody without an account, who is known by what they sent."""
    mail.queue(
        person_id=known_by,
        address=address,
        key=key,
        language=language,
        subject=subject,
        text=text,
        now=now,
        kind="decision",
    )
