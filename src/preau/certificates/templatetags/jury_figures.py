"""Figures as a jury saw them."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def as_figure(value: float | None) -> str:
    """With one decimal where it has one, or a dash."""
    if value is None:
        return "–"
    return number_format(value, decimal_pos=0 if round(value, 1) == round(value) else 1)
