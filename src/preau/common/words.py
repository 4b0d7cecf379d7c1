"""What the Markdown renderer itself says, in the language that is active."""

from django.utils.translation import gettext as _

from preau.common.markup import Words


def words() -> Words:
    """The renderer's words for a text in the active language."""
    return Words(
        note=_("Note"),
        tip=_("Tip"),
        warning=_("Warning"),
        remote_image=_("picture on {host}, another site"),
        table=_("Table {number}"),
        formula=_("Formula"),
        code=_("Code"),
        footnotes=_("Footnotes"),
        footnote=_("Footnote {number}"),
        back=_("Back to the text"),
        done=_("done"),
        to_do=_("to do"),
    )
