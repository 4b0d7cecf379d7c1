"""Words of what peers assess, for the desk's pages."""

from collections.abc import Mapping

from django import template

from preau.desk import words, words_peer

register = template.Library()


@register.filter
def said_place(key: str) -> str:
    """Where a person stands."""
    return words.said(words_peer.PLACES, key)


@register.filter
def said_flag(key: str) -> str:
    """What a flag says."""
    return words.said(words_peer.FLAGS, key)


@register.filter
def said_decision(key: str) -> str:
    """What became of a procedure."""
    return words.said(words_peer.DECISIONS, key)


@register.filter
def said_cause(key: str) -> str:
    """Why a grade changed."""
    return words.said(words_peer.CAUSES, key)


@register.filter
def said_method(key: str) -> str:
    """How a grade was reckoned."""
    return words.said(words_peer.METHODS, key)


@register.filter
def among(key: str, names: Mapping[str, str]) -> str:
    """The name of a key, or the key itself."""
    return names.get(key, key)
