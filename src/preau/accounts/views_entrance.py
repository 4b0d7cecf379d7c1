"""What the sign-up page asks for before a passkey is made."""

from allauth.decorators import rate_limit
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from preau.accounts import forms_entrance
from preau.accounts.adapter import RESERVED
from preau.accounts.models import Person
from preau.common.ids import new_id


@login_not_required
@require_POST
@never_cache
@rate_limit(action="signup")  # type: ignore[untyped-decorator,no-untyped-call]
def passkey_options(request: HttpRequest) -> HttpResponseBase:
    """What a device needs in order to make the passkey of an account that there is not yet: {creation_options}. It says
    first what is wrong with the address or the name: a passkey for nothing would stay on the device."""
    form = forms_entrance.Before(request.POST)
    if not form.is_valid():
        reason = " ".join(str(line) for lines in form.errors.values() for line in lines)
        return JsonResponse({"reason": reason}, status=422)
    person = Person(pk=new_id(), email=form.cleaned_data["email"], name=form.cleaned_data["name"])
    request.session[RESERVED] = str(person.pk)
    return JsonResponse({"creation_options": auth.begin_registration(person, True)}, encoder=DjangoJSONEncoder)
