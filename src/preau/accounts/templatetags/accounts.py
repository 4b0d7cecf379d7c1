"""What the pages of the account need beyond Django's own tags."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField
from django.utils.safestring import SafeString

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
