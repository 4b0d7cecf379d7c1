"""What somebody is called beside what they made better: « Awa D. ». Pure: no Django."""


def known_as(name: str) -> str:
    """The first word of a name and the initial of the last; empty for who has none, or no account any more."""
    words = name.split()
    if len(words) < 2:
        return "".join(words)
    return f"{words[0]} {words[-1][0]}."
