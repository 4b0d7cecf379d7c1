from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id by OWASP's second profile (19 MiB, two passes, one lane): 20 ms a core, so deadline night signs in."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
