"""What is noted of a contact so that nothing unsafe can leave: silence, marks, hours, words."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from store.contacts import Contact
from store.sql import Row, Statement, Tx
from store.tables import contacts
from store.vault import seal, unseal

c = contacts.c

_this = c.id == bindparam("contact")
_SILENCE = Statement(
    contacts.update()
    .where(or_(_this, c.person_id == bindparam("person")))
    .values(silenced_at=bindparam("at"), silence_reason=bindparam("reason"))
)
_OF_PERSON = Statement(select(contacts).where(c.person_id == bindparam("person")))
_OPT = Statement(contacts.update().where(_this).values(opted_out_at=bindparam("at")))
_BAR = Statement(contacts.update().where(_this).values(calls_barred=1))
_MARK = Statement(
    contacts.update()
    .where(_this)
    .values(
        phone_safe_at=bindparam("safe_at"),
        unsafe_at=bindparam("not_safe_at"),
        borrowed=bindparam("lent"),
    )
)
_WINDOW = Statement(
    contacts.update()
    .where(_this)
    .values(window_from=bindparam("first"), window_until=bindparam("last"))
)
_WORD = Statement(contacts.update().where(_this).values(word_sealed=bindparam("sealed")))
_WORD_GIVEN = Statement(
    contacts.update().where(_this).values(word_given_at=bindparam("at"), unproven_at=None)
)
_COVER = Statement(
    contacts.update()
    .where(_this)
    .values(cover=bindparam("which"), cover_word_sealed=bindparam("sealed"))
)
_UNPROVEN = Statement(contacts.update().where(_this).values(unproven_at=bindparam("at")))
_JOIN = Statement(contacts.update().where(_this).values(person_id=bindparam("person")))


def silence(tx: Tx, contact: Contact, reason: str | None, at: int | None) -> None:
    """Set or (with None) lift the silence of a contact and of those joined with it."""
    tx.run(_SILENCE, contact=contact.id, person=contact.person_id or "", reason=reason, at=at)


def joined(tx: Tx, contact: Contact) -> list[str]:
    """Ids of the other contacts that staff know to be the same person."""
    if contact.person_id is None:
        return []
    rows: list[Row] = tx.rows(_OF_PERSON, person=contact.person_id)
    return [row["id"] for row in rows if row["id"] != contact.id]


def join(tx: Tx, contact_ids: list[str], person_id: str) -> None:
    for contact_id in contact_ids:
        tx.run(_JOIN, contact=contact_id, person=person_id)


def opt(tx: Tx, contact_id: str, out_at: int | None) -> None:
    """Note that the provider will not send to this contact any more, or (None) will again."""
    tx.run(_OPT, contact=contact_id, at=out_at)


def bar_calls(tx: Tx, contact_id: str) -> None:
    tx.run(_BAR, contact=contact_id)


def mark_safe(tx: Tx, contact: Contact, at: int) -> None:
    """Its user says that nobody else reads this phone. A borrowed one stays borrowed."""
    tx.run(_MARK, contact=contact.id, safe_at=at, not_safe_at=None, lent=int(contact.borrowed))


def mark_unsafe(tx: Tx, contact: Contact, at: int, *, borrowed: bool = False) -> None:
    """There is a sign that somebody else reads this phone, or that it is somebody else's."""
    lent = int(borrowed or contact.borrowed)
    tx.run(_MARK, contact=contact.id, safe_at=None, not_safe_at=at, lent=lent)


def set_window(tx: Tx, contact_id: str, window: tuple[int, int] | None) -> None:
    """Keep the minutes of the sender's day between which they can be written."""
    first, last = window or (None, None)
    tx.run(_WINDOW, contact=contact_id, first=first, last=last)


def set_word(tx: Tx, contact: Contact, word: str) -> None:
    """Keep the code word that the sender chose, without marks, sealed."""
    tx.run(
        _WORD, contact=contact.id, sealed=seal(contact.key, "contacts", contact.id, "word", word)
    )


def word(contact: Contact) -> str | None:
    """Open the code word. Only what compares may ask for it."""
    if contact.word_sealed is None:
        return None
    return unseal(contact.key, "contacts", contact.id, "word", contact.word_sealed)


def word_given(tx: Tx, contact_id: str, at: int) -> None:
    """A message began with the code word: whoever writes is who chose it."""
    tx.run(_WORD_GIVEN, contact=contact_id, at=at)


def set_cover(tx: Tx, contact: Contact, which: str | None, cover_word: str | None) -> None:
    """Keep the dull answer that the sender chose and the word that calls for it."""
    sealed = cover_word and seal(contact.key, "contacts", contact.id, "cover_word", cover_word)
    tx.run(_COVER, contact=contact.id, which=which, sealed=sealed)


def set_unproven(tx: Tx, contact_id: str, at: int | None) -> None:
    """Somebody on this phone wrote another sender's reference: nobody knows yet who it is."""
    tx.run(_UNPROVEN, contact=contact_id, at=at)
