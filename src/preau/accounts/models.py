from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower

from preau.common.ids import new_id


class People(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody with an account. `name` is shown as typed, in whatever script; it is text, never markup."""

    id = models.UUIDField(primary_key=True, default=new_id)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=240, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    zone = models.CharField(max_length=40, default="Europe/Paris")  # IANA
    language = models.CharField(max_length=8, default="fr")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[People] = People()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_person_one_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @property
    def zone_info(self) -> ZoneInfo:
        """The person's zone, in which dates of the account are told."""
        return ZoneInfo(self.zone)


class Device(AbstractBaseSession):
    """A session kept on the server; it is the list of devices, so that one or all can be signed out at once."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="devices")
    public_id = models.UUIDField(default=new_id, unique=True)  # names the row on a page; the key itself is a secret
    name = models.CharField(max_length=80, blank=True)
    seen_at = models.DateTimeField(null=True)


class Consent(models.Model):
    """What a person agreed to, in which words, and when; withdrawn by a second date, never by a deletion."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    wording = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=models.Q(withdrawn_at=None), name="accounts_consent_one_live"
            )
        ]


class ErasureRecord(models.Model):
    """Proof that an account was erased, without saying whose it was."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()
    kept = models.JSONField(default=dict)  # what had to be kept, by room, with the reason
