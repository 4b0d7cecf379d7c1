"""The settings, but that nobody waits for a database that does not answer."""

from preau.config.settings import *  # noqa: F403

DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 1  # noqa: F405  seconds
