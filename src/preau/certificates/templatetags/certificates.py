"""What a page says of a certificate."""

from django import template

from preau.certificates import words
from preau.certificates.models import Award

register = template.Library()


@register.filter
def credits_said(award: Award) -> str:
    """Its credits in words, and which of them another certificate brought."""
    return words.credits(award)
