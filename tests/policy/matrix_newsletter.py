"""The rows of the access matrix about the public site: newsletter."""

from tests.policy.roles import Row

ROWS: dict[str, list[Row]] = {}
