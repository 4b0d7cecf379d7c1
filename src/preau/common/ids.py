"""UUIDv7: ids that sort by the time they were made, so that new rows land at the end of an index (RFC 9562, 5.7)."""

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A fresh UUIDv7 as a standard `uuid.UUID`."""
    return uuid.UUID(int=uuid_utils.uuid7().int)
