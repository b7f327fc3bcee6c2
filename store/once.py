"""A thing asked for twice is done once: what a form or an update may be repeated by.

The mark is an HMAC by the contact's own key, so that it names nobody, outlives every rotation and
goes with the contact. It is of the words too: a form that was changed and sent again is another.
"""

from __future__ import annotations

import hmac

from store.contacts import Contact


def mark(contact: Contact, author: str, given: str, words: str) -> str | None:
    """The mark of what `author` asks for; 64 hex digits.

    given: what whoever repeats it repeats too (a form's number, a message's id). Empty: it is
    never a repetition, and there is no mark.
    """
    if not given:
        return None
    text = "\x1f".join(("once", author, given, words))
    return hmac.digest(contact.key, text.encode("utf-8", "surrogatepass"), "sha256").hex()
