"""Files that came with a post."""

from preau.mail.keeping import Folder

KEPT = Folder("posts")
