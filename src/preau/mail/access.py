"""The door to a message from outside: the secret token that its reader has."""

from django.http import Http404

from preau.mail import kinds, queries
from preau.mail.models import Message


def message_to_stop(token: str) -> Message:
    """The message of this token, if its kind may be refused; none and a transactional one are the same 404."""
    message = queries.by_token(token)
    if message is None or kinds.read(message.kind).transactional:
        raise Http404
    return message
