"""The rows of the access matrix about the public site: site."""

from tests.policy.roles import Row

ROWS: dict[str, list[Row]] = {}
