"""The canonical form that signatures are made over: RDFC-1.0, behind a screen that refuses a document whose JSON and
whose linked data part. The screen and the bound on hostile graphs are openbadgeslib's, pinned to one version and
reached only from here and from `trusting`; with pyld they weigh 35 MB, so `integrity` loads this file when it signs or
checks.
"""

import hashlib
import json

from openbadgeslib._safejson import check as check_json
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3._canon_guard import WorkBudget, canonize, isolate, require_guard
from openbadgeslib.ob3._context_validation import validate_document
from openbadgeslib.ob3._structure_screen import screen
from pyld import jsonld

from preau.certificates import contexts
from preau.certificates.integrity import Invalid, Json


def require_plain(document: Json, longest: int) -> None:
    """Refuses (Invalid) what is not plain JSON, and more than `longest` bytes of it."""
    try:
        check_json(document)
        size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid("The document is not plain JSON.") from error
    if size > longest:
        raise Invalid(f"The document is larger than {longest // 1024} KB.")


def hashes(document: Json, options: Json, load: contexts.Loader) -> tuple[bytes, bytes]:
    """SHA-256 of the canonical proof options and of the canonical document, in the order they are signed.

    `document` has no proof; `options` is the proof without `proofValue`. Refuses (Invalid) an unknown context, an
    undefined term, a respelled member and a graph that would take too long to canonicalise.
    """
    if not document.get("@context"):
        raise Invalid("The document names no context.")
    options = options | {"@context": document["@context"]}
    try:
        require_guard()
        screen(document, contexts=False)
        validate_document(document, options, load, isolate(jsonld))
        budget = WorkBudget()
        texts = [canonize(jsonld, part, load, budget) for part in (options, document)]
    except (LibOpenBadgesException, ValueError) as error:
        raise Invalid(f"The document cannot be read as the linked data it claims to be: {error}.") from error
    except Exception as error:  # pyld's errors and those of the guard share no base class
        raise Invalid("The document cannot be put in canonical form.") from error
    first, second = (hashlib.sha256(text.encode()).digest() for text in texts)
    return first, second
