"""What the pages of the discussions say in words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from preau.common import languages
from preau.discussion import reading, words
from preau.discussion.access import Here
from preau.discussion.forms import Message
from preau.discussion.models import Room, Thread
from preau.discussion.profiles import Latest

register = template.Library()
MESSAGE = ("answers_to", "text", "attached")


@register.filter
def ago(at: datetime, now: datetime) -> str:
    """How long ago something was, as people say it; the day once a week has passed."""
    past = now - at
    if past < timedelta(minutes=1):
        return _("just now")
    if past < timedelta(hours=1):
        return _("{minutes} min ago").format(minutes=past.seconds // 60)
    if past < timedelta(days=1):
        return _("{hours} h ago").format(hours=past.seconds // 3600)
    if past < timedelta(days=7):
        return ngettext("{days} day ago", "{days} days ago", past.days).format(days=past.days)
    return date_format(at, "j F Y")


@register.filter
def spoken_languages(codes: Iterable[str]) -> str:
    """Several languages, in the words of the page's: « français, anglais »."""
    return ", ".join(languages.named(code) for code in codes)


@register.filter
def badge(key: str) -> str:
    """What somebody is in a space: team, host, or took part before."""
    return words.said(words.BADGES, key)


@register.filter
def to(at: Here, row: Room | Thread) -> str:
    """The address of a room or a thread."""
    return f"{at.address}room/{row.key}/" if isinstance(row, Room) else f"{at.address}thread/{row.pk}/"


@register.filter
def field(key: str) -> str:
    """What somebody works in, as they say it of themself."""
    return words.said(words.FIELDS, key)


@register.filter
def place(at: Here, post: Latest) -> str:
    """The address of a message in its thread."""
    page = reading.page_of(post.number)
    return f"{at.address}thread/{post.thread}/{f'?page={page}' if page > 1 else ''}#p-{post.number}"


@register.filter
def seconds(minutes: int) -> int:
    """Minutes as a player counts them."""
    return 60 * minutes


@register.simple_tag
def message_fields(form: Message | None) -> SafeString:
    """The fields of a message; of an empty form, drawn once in each language: a third of what a thread's page cost."""
    if form is not None and (form.is_bound or any(form.initial.get(name) for name in MESSAGE)):
        return _fields(form)
    return _empty_fields(get_language() or "")


@lru_cache
def _empty_fields(language: str) -> SafeString:
    return _fields(Message())  # `language` is part of what the words depend on


def _fields(form: Message) -> SafeString:
    hidden, *shown = (form[name] for name in MESSAGE)
    return format_html(
        "{}{}", hidden, format_html_join("", "\n<div>{}</div>", ((one.as_field_group(),) for one in shown))
    )
