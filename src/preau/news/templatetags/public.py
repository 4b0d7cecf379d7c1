"""Filters of the public site's templates."""

from django import template

from preau.common import languages
from preau.news import pictures

register = template.Library()


@register.filter
def picture(file: str) -> str:
    """The address of a picture's file, `<two>/<digest><suffix>`."""
    return pictures.address(file)


@register.filter
def own_name(code: str) -> str:
    """What a language is called in itself: « français »."""
    return languages.named(code, code)
