from zoneinfo import available_timezones

ZONES = frozenset(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
) | {"UTC"}
