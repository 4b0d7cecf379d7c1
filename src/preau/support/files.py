"""Files that came with a request."""

from preau.mail.keeping import Folder

KEPT = Folder("requests")
