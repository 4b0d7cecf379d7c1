"""`./preau manage administrator EMAIL`: somebody who runs the site, to begin with."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses import actions
from preau.courses.models import Role


class Command(BaseCommand):
    help = "Makes a person administrator of the whole site; makes their account, with a password, when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="their name, for a new account")

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            password = secrets.token_urlsafe(12)
            person = Person.objects.create_user(email, password, name=name)
            self.stdout.write(f"account made; password, to be changed at the first sign-in: {password}")
        actions.give_role(person=person, kind=Role.Kind.ADMINISTRATOR, by=None, now=timezone.now())
        self.stdout.write(f"{person.email} runs the site")
