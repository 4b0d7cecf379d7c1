"""The one page by which an account is made: an address, a name, and a password or a passkey."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from preau.accounts.adapter import RESERVED, Adapter
from preau.accounts.models import Person


class Entrance(SignupForm):
    """allauth's sign-up, with a passkey instead of a password for who has one.

    The same form sent twice, or by who has an account with this address and this very password, signs in: nobody is
    told that their own address is taken. Tries are counted as at sign-in.
    """

    field_order = ("email", "name", "password1", "credential", "zone")
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Person | None = None
        self.taken: forms.ValidationError | None = None
        self.fields["email"].label = _("E-mail address")
        password = self.fields["password1"]
        password.required = not self.data.get("credential")
        password.help_text = _("Eight characters or more, and not one of the usual ones: a short sentence is best.")

    def validate_unique_email(self, value: str) -> str:
        """Taken or not is said once the password is known too."""
        try:
            return str(super().validate_unique_email(value))
        except forms.ValidationError as refusal:
            self.taken = refusal
            return value

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean()
        if self.taken:
            self._sign_in_instead(values)
        elif values.get("credential") and not self.errors:
            self._check_passkey(values["credential"])
        elif not values.get("password1") and "password1" not in self.errors:
            self.add_error("password1", self.fields["password1"].error_messages["required"])
        return values

    def _sign_in_instead(self, values: dict[str, Any]) -> None:
        assert self.taken is not None
        email, password = values.get("email"), values.get("password1")
        if password:
            found = Adapter(context.request).authenticate(context.request, email=email, password=password)
            self.known = found if isinstance(found, Person) else None
        if self.known is None:
            self.add_error("email", self.taken)

    def _check_passkey(self, credential: Any) -> None:
        """Refuses one that was not made for this form, or by a device that did not ask who holds it."""
        try:
            auth.parse_registration_response(credential)
            made = auth.complete_registration(credential)
        except (ValueError, TypeError, LookupError, AttributeError) as error:  # a shape that the library does not judge
            raise Adapter().validation_error("incorrect_code") from error
        if not made.is_user_verified() or RESERVED not in context.request.session:
            raise Adapter().validation_error("incorrect_code")

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        if self.known is None:
            return super().try_save(request)  # type: ignore[no-any-return]
        onward = get_next_redirect_url(request)
        login = Login(user=self.known, email=self.cleaned_data["email"], redirect_url=onward)
        return self.known, perform_password_login(request, {"email": self.cleaned_data["email"]}, login)

    def save(self, request: HttpRequest) -> Person:
        person = super().save(request)
        assert isinstance(person, Person)
        if credential := self.cleaned_data.get("credential"):
            made = auth.WebAuthn.add(person, str(_("My first passkey")), credential).instance
            post_authentication(request, made, passwordless=True)
        request.session.pop(RESERVED, None)
        return person


class Before(forms.Form):
    """What must be right before a device is asked for a passkey."""

    email = forms.EmailField()
    name = forms.CharField(max_length=240)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return str(email_already_exists(email)[0])
