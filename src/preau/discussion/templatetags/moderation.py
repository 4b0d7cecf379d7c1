"""What moderators read, in words."""

from django import template

from preau.discussion import words_moderation as words
from preau.discussion.models import ModerationAct

register = template.Library()


@register.filter
def flag_reason(key: str) -> str:
    """What is wrong with a message, as whoever pointed it out chose."""
    return words.said(words.REASONS, key)


@register.filter
def decided(key: str) -> str:
    """What a moderation act is called."""
    return words.said(words.DONE, ModerationAct.What(key))
