"""What the pages of an assignment say in words."""

from collections.abc import Mapping

from django import template
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from preau.common import markdown

register = template.Library()

STEPS: Mapping[str, str] = {
    "write": gettext_noop("Hand in"),
    "review": gettext_noop("Assess"),
    "wait": gettext_noop("The team checks"),
    "results": gettext_noop("Results"),
}

FLAGS: Mapping[str, str] = {
    "abuse": gettext_noop("It insults, threatens or puts somebody in danger"),
    "plagiarism": gettext_noop("It seems copied from elsewhere"),
    "identity": gettext_noop("It says who its author is"),
    "empty": gettext_noop("There is nothing to assess in it"),
}


@register.filter
def flag_title(kind: str) -> str:
    """What is wrong, in words."""
    return _(FLAGS[kind])


@register.filter
def points(value: float) -> str:
    """« 14 points », « 1,5 point »; in English “1.5 points”."""
    shown = formats.number_format(value, decimal_pos=0 if value == int(value) else 1)
    number = 0 if 1 < value < 2 else int(value)  # 1,5 is singular in French and plural in English, as nought is
    return ngettext("{points} point", "{points} points", number).format(points=shown)


@register.filter
def step_title(name: str) -> str:
    """A step of the way, in words."""
    return _(STEPS[name])


@register.filter
def prose(text: str) -> SafeString:
    """What a learner wrote in Markdown: no picture, no address of ours, nothing that a page could be made to do."""
    return mark_safe(markdown.render(text, anchors=False, trusted_images=False).html)
