"""Forms about volunteers and dangers: they read and judge; the actions of the rooms below write."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.accounts.models import Person
from preau.common.text import clean
from preau.courses.models import Role
from preau.courses.volunteering import Decision
from preau.desk import words
from preau.support.alerts import LONGEST

KINDS = (Role.Kind.MODERATOR, Role.Kind.COACH)


class Decide(forms.Form):
    """Yes, as what, or no; and a word for the person."""

    kind = forms.ChoiceField(label=gettext_lazy("As"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("A word for them, sent by mail; needed to decline"), required=False, max_length=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(str(one), words.said(words.ROLES, one)) for one in KINDS]

    def said(self) -> Decision:
        """What was decided, once valid: the button says yes or no."""
        data = self.cleaned_data
        return Decision(self.data.get("approve") == "yes", clean(data["reason"]).strip(), data["kind"] or KINDS[0])


class Contact(forms.Form):
    """Who is told of dangers: somebody with an account."""

    email = forms.EmailField(label=gettext_lazy("E-mail of their account"))

    def clean_email(self) -> Person:
        found = Person.objects.filter(Q(email__iexact=self.cleaned_data["email"]), is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("No account has this address: ask them to create one first."))
        return found


class Handled(forms.Form):
    """What was done about a danger."""

    note = forms.CharField(
        label=gettext_lazy("What was done"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_note(self) -> str:
        return clean(self.cleaned_data["note"]).strip()
