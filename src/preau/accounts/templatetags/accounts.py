"""What the pages of the account need beyond Django's own tags."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from preau.accounts import schools, wishes

register = template.Library()


@register.filter
def in_attribute(value: Any) -> str:
    """Data for a script, as JSON that the template escapes: a data attribute is no script: the strict CSP stands."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def bare(field: BoundField) -> SafeString:
    """A field without placeholder: allauth's repeat the label in grey, and vanish when one begins to type."""
    field.field.widget.attrs.pop("placeholder", None)
    return field.as_widget()


@register.filter
def item(values: dict[str, Any], key: str) -> Any:
    """What a mapping holds under a key, or None: a missing key would count as an undefined variable."""
    return values.get(key)


@register.simple_tag(takes_context=True)
def wish_here(context: Context) -> wishes.Wish | None:
    """What this device asked for before signing in, on the page that leads there: the address goes with it."""
    request: HttpRequest = context["request"]
    address = request.POST.get("next") or request.GET.get("next") or ""
    return wishes.waiting(request, address, now=timezone.now()) if address else None


@register.simple_tag(takes_context=True)
def wish_left(context: Context) -> wishes.Wish | None:
    """The same on a page that lost the address: after a mailbox, or a school that sent nobody back."""
    return wishes.latest(context["request"], now=timezone.now())


@register.simple_tag
def schools_known() -> list[schools.School]:
    """The schools that one can sign in with, in the order of the settings."""
    return schools.known()


@register.filter
def school_name(key: str) -> str:
    """A school's name by its key, which stands for one that left the settings."""
    return next((school.name for school in schools.known() if school.key == key), key)
