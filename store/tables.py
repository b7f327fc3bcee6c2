"""The tables. Times are whole milliseconds since 1970 UTC; sealed columns are bytes.

A column named `*_sealed` holds AES-GCM text bound to its own table, row and column
(`store.vault`); a column named `*_hash` is a keyed hash for look-up. Nothing else may hold what
identifies a person or what somebody wrote.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(32)

contacts = Table(
    "contacts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # sms, telegram, web
    Column("address_hash", String(80), nullable=False),  # key id, colon, HMAC-SHA256
    Column("address_sealed", LargeBinary, nullable=False),
    Column("data_key", LargeBinary, nullable=False),  # this contact's key, wrapped by the master
    Column("created_at", BigInteger, nullable=False),
    Column("silenced_at", BigInteger),
    Column("silence_reason", String(32)),
    Column("opted_out_at", BigInteger),  # the provider refuses to send (STOP, blocked bot)
    Column("calls_barred", Integer, nullable=False, server_default="0"),
    Column("phone_safe_at", BigInteger),  # when its user last said that nobody else reads it
    Column("unsafe_at", BigInteger),  # the newest sign that somebody else reads it
    Column("borrowed", Integer, nullable=False, server_default="0"),  # it is somebody else's phone
    Column("window_from", Integer),  # minutes of the sender's day between which they can be written
    Column("window_until", Integer),
    Column("word_sealed", LargeBinary),  # the code word, without marks
    Column("word_given_at", BigInteger),  # when a message last began with it
    Column("cover", String(16)),  # the dull answer chosen beforehand, see desk.cover
    Column("cover_word_sealed", LargeBinary),
    Column("unproven_at", BigInteger),  # wrote somebody else's reference, and no code word since
    Column("person_id", ID),  # the first contact of those that staff joined; null: only this one
    Column("erase_asked_at", BigInteger),  # asked, with a second yes, that all be deleted
    Column("erase_asked_by", String(40)),  # "sender" or a staff id
    Column("erased_at", BigInteger),  # then only the id is left, and a silenced one's hash
    UniqueConstraint("kind", "address_hash"),
)
Index(
    "ix_contacts_erase",
    contacts.c.erase_asked_at,
    sqlite_where=text("erase_asked_at IS NOT NULL"),
    postgresql_where=text("erase_asked_at IS NOT NULL"),
)
Index("ix_contacts_person_id", contacts.c.person_id)

conversations = Table(
    "conversations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False, unique=True),
    Column("gateway", String(16), nullable=False),  # the way of the newest message
    Column("line", String(80), nullable=False),
    Column("language", String(16), nullable=False),
    Column("state_sealed", LargeBinary),  # the running flow; null when none is open
    Column("recent_sealed", LargeBinary),  # last pieces, read together when they come in pieces
    Column("ticket_id", ID, ForeignKey("tickets.id")),
    Column("last_in_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),  # when its next timer runs; null: none does
    Column("due_kind", String(12)),  # which, see flows.timing
)
Index(
    "ix_conversations_due",
    conversations.c.due_at,
    sqlite_where=text("due_at IS NOT NULL"),
    postgresql_where=text("due_at IS NOT NULL"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ref", String(7), nullable=False, unique=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("status", String(12), nullable=False),  # open claimed waiting closed withdrawn erased
    Column("intent", String(16), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("signals", Text, nullable=False),  # JSON array of label names
    Column("language", String(16), nullable=False),
    Column("official_class", String(16), nullable=False),
    Column("country", String(2)),
    Column("vn_province", String(40)),
    Column("centre", String(40), nullable=False),
    Column("desk", String(40), nullable=False),
    Column("unread", Integer, nullable=False, server_default="0"),  # 1: the machine failed to read
    Column("opened_at", BigInteger, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("claimed_by", ID, ForeignKey("staff.id")),
    Column("claimed_at", BigInteger),
    Column("lease_until", BigInteger),
    Column("ladder", Text, nullable=False),  # JSON snapshot of the rungs, see desk.ladder
    Column("rung", Integer, nullable=False),
    Column("climb_at", BigInteger),  # when the next rung is called; null: nobody more to call
    Column("closed_at", BigInteger),
    Column("outcome", String(16)),  # why it was closed, see desk.closing.OUTCOMES
    # the offer that waits for an answer; its history is in `transfers`
    Column("offer_id", ID),
    Column("offered_to", ID),  # a person, or else
    Column("offered_centre", String(40)),  # everybody of a centre
    # who set it by hand ("operator" or a staff id); null: the machine, which may change it
    Column("urgency_by", String(32)),
    Column("intent_by", String(32)),
    Column("centre_by", String(32)),
    # who must not know: `|code|`s of centres and ids of staff, see desk.mustnot
    Column("closed_to", Text, nullable=False, server_default=""),
)
Index("ix_tickets_queue", tickets.c.status, tickets.c.urgency, tickets.c.waiting_since)
Index("ix_tickets_climb", tickets.c.climb_at, sqlite_where=text("climb_at IS NOT NULL"))
Index("ix_tickets_contact", tickets.c.contact_id)
Index(
    "ix_tickets_lease",
    tickets.c.lease_until,
    sqlite_where=text("lease_until IS NOT NULL"),
    postgresql_where=text("lease_until IS NOT NULL"),
)
Index(
    "ix_tickets_holder",
    tickets.c.claimed_by,
    sqlite_where=text("claimed_by IS NOT NULL"),
    postgresql_where=text("claimed_by IS NOT NULL"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("ticket_id", ID, ForeignKey("tickets.id")),
    Column("direction", String(3), nullable=False),  # in, out
    Column("gateway", String(16), nullable=False),
    Column("line", String(80), nullable=False),
    Column("external_id", String(128)),  # in: the provider's id
    Column("body_sealed", LargeBinary, nullable=False),
    Column("extra_sealed", LargeBinary),  # in: media, pin, reading; out: choices
    Column("at", BigInteger, nullable=False),
    Column(
        "state", String(10), nullable=False
    ),  # received | due sending sent delivered refused failed
    # the outbox: what follows is for direction "out"
    Column("lane", String(8)),  # urgent, rest
    Column("author_id", ID, ForeignKey("staff.id")),  # null: the machine
    Column("due_at", BigInteger),
    Column("lease_until", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("provider_id", String(128)),
    Column("error", String(64)),
    Column("purpose", String(8)),  # what it is sent for, see store.reach
    Column("overridden", Integer, nullable=False, server_default="0"),  # a person, with a reason
    Column("once", String(64)),  # of staff: by which a repeated request is known, see store.once
    UniqueConstraint("line", "external_id"),
)
Index(
    "uq_messages_once",
    messages.c.once,
    unique=True,
    sqlite_where=text("once IS NOT NULL"),
    postgresql_where=text("once IS NOT NULL"),
)
Index("ix_messages_ticket", messages.c.ticket_id, messages.c.at)
Index(
    "ix_messages_outbox",
    messages.c.lane,
    messages.c.due_at,
    sqlite_where=text("state IN ('due', 'sending')"),
    postgresql_where=text("state IN ('due', 'sending')"),
)
Index("ix_messages_contact", messages.c.contact_id, messages.c.at)
Index("ix_messages_provider", messages.c.provider_id)

pages = Table(
    "pages",  # calls for the attention of staff; no column can hold a sender's words
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id")),
    Column("staff_id", ID, ForeignKey("staff.id"), nullable=False),
    Column("kind", String(24), nullable=False),  # a text id of the catalogue without "staff."
    Column("params", Text, nullable=False),  # JSON of codes and times, never words
    Column("answers", ID),  # the page that this replaces, or deletes from its chat
    Column("press_sealed", LargeBinary),  # the pressed button that this answers, until it has
    Column("state", String(10), nullable=False),  # due sending sent refused failed
    Column("due_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("provider_id", String(128)),  # its number in the chat; names nobody
    Column("chat_sealed", LargeBinary),  # that chat, by the key of the staff member, as the press
    Column("error", String(64)),
    Column("created_at", BigInteger, nullable=False),
)
Index(
    "ix_pages_outbox",
    pages.c.due_at,
    sqlite_where=text("state IN ('due', 'sending')"),
    postgresql_where=text("state IN ('due', 'sending')"),
)
Index("ix_pages_ticket", pages.c.ticket_id)
Index("ix_pages_provider", pages.c.staff_id, pages.c.provider_id)
Index("ix_pages_staff", pages.c.staff_id, pages.c.kind)

facts = Table(
    "facts",  # what the flow learnt: answers to its questions
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("value_sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("ix_facts_ticket", facts.c.ticket_id)

guesses = Table(
    "guesses",  # how often a code word was guessed at, see desk.guessing
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), primary_key=True),
    Column("door", String(8), primary_key=True),  # their own phone, or all the others
    Column("wrong", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("given", Integer, nullable=False),
    Column("wording", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("version", String(16), nullable=False, server_default=""),  # of the wording
    Column("by", String(32), nullable=False, server_default="sender"),  # who wrote it down
)
Index("ix_consents_contact", consents.c.contact_id)

notes = Table(
    "notes",  # what staff write for each other, sealed with the key of the ticket's contact
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("staff_id", ID, ForeignKey("staff.id")),  # null: the operator
    Column("text_sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("once", String(64)),  # as of messages
)
Index("ix_notes_ticket", notes.c.ticket_id)
Index(
    "uq_notes_once",
    notes.c.once,
    unique=True,
    sqlite_where=text("once IS NOT NULL"),
    postgresql_where=text("once IS NOT NULL"),
)

clues = Table(
    "clues",  # what tips may share: a phone, a plate, a house; found by keyed hash only
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("value_hash", String(80), nullable=False),
    Column("value_sealed", LargeBinary, nullable=False),  # by the contact's key, as notes are
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("ticket_id", "value_hash"),
)
Index("ix_clues_hash", clues.c.value_hash)

transfers = Table(
    "transfers",  # offers of a ticket to somebody else, and what became of them
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("giver_id", ID, ForeignKey("staff.id"), nullable=False),  # holds it until accepted
    Column("to_staff", ID, ForeignKey("staff.id")),  # a person, or else
    Column("to_centre", String(40)),  # everybody of a centre
    Column("note_sealed", LargeBinary),  # by the contact's key, as notes are
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # open, accepted, refused, lapsed, ended
    Column("ended_at", BigInteger),
    Column("ended_by", ID, ForeignKey("staff.id")),
    Column("why_sealed", LargeBinary),  # of a refusal
)
Index("ix_transfers_ticket", transfers.c.ticket_id)
Index(
    "ix_transfers_open",
    transfers.c.until,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("centre", String(40), nullable=False),
    Column("language", String(16), nullable=False),
    Column("active", Integer, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("telegram_hash", String(80), unique=True),
    Column("telegram_sealed", LargeBinary),
    Column("phone_sealed", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
)
Index("ix_staff_centre", staff.c.centre)

centres = Table(
    "centres",  # the operator's settings of a service point; the points themselves are data
    metadata,
    Column("code", String(40), primary_key=True),
    Column("name", String(120)),
    Column("telegram_words", Integer, nullable=False, server_default="0"),
    Column("hours", String(200)),  # as desk.hours reads them; null: always open
)

ticket_links = Table(
    "ticket_links",  # another phone wrote this ticket's reference, or staff joined two senders
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("other_id", ID, ForeignKey("tickets.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # reference, person
    Column("by", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("ticket_id", "other_id", "kind"),
)
Index("ix_ticket_links_other", ticket_links.c.other_id)

focal_points = Table(
    "focal_points",  # under a centre: who in a commune could visit; never handed anything by itself
    metadata,
    Column("id", ID, primary_key=True),
    Column("centre", String(40), nullable=False),
    Column("commune", String(80), nullable=False),
    Column("kind", String(16), nullable=False),  # focal_person, support_group
    Column("data_key", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("phone_sealed", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
)
Index("ix_focal_points_centre", focal_points.c.centre)

audit = Table(
    "audit",  # append-only: triggers refuse change; ids only, never personal data
    metadata,
    Column(
        "seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(40), nullable=False),  # staff id, "machine", "sender", "operator"
    Column("verb", String(40), nullable=False),
    Column("subject", String(80), nullable=False),  # table:id
    Column("details", Text, nullable=False),  # JSON
)

Index("ix_audit_subject", audit.c.subject)

seals = Table(
    "seals",  # one hash a batch of audit rows, each over the one before
    metadata,
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("key_id", String(8)),  # of the seal key; null: from before there was one
)

offsets = Table(
    "offsets",  # how far each polled bot has been read; `clock`: the latest time that was seen
    metadata,
    Column("bot", String(80), primary_key=True),
    Column("next_update", BigInteger, nullable=False),
)

credentials = Table(
    "credentials",  # how a member of staff signs in at the desk
    metadata,
    Column("staff_id", ID, ForeignKey("staff.id"), primary_key=True),
    Column("password_hash", String(200), nullable=False),  # Argon2id
    Column("totp_sealed", LargeBinary, nullable=False),
    Column("totp_step", BigInteger, nullable=False),  # the last code used: none is taken twice
    Column("set_at", BigInteger, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(80), primary_key=True),
    Column("staff_id", ID, ForeignKey("staff.id"), nullable=False),
    Column("totp_sealed", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("made_by", ID, ForeignKey("staff.id")),  # null: the operator
)
Index("ix_invitations_staff", invitations.c.staff_id)

sessions = Table(
    "sessions",  # who is signed in; a row that is gone ends it everywhere at once
    metadata,
    Column("token_hash", String(80), primary_key=True),
    Column("staff_id", ID, ForeignKey("staff.id"), nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
Index("ix_sessions_staff", sessions.c.staff_id)

attempts = Table(
    "attempts",  # failed sign-ins by keyed hash of a name or an address
    metadata,
    Column("key_hash", String(80), primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
)

paces = Table(
    "paces",  # how fast each far side may be written to: a line, a chat (see desk.pacing)
    metadata,
    Column("key_hash", String(80), primary_key=True),
    Column("full_at", BigInteger, nullable=False),
)
Index("ix_paces_full", paces.c.full_at)

standing = Table(
    "standing",  # what stands now: a pause, signs of life, the last comparison; nobody's data
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("said", Text, nullable=False),  # JSON of codes and numbers
)

erasures = Table(
    "erasures",  # whose key was destroyed: backups learn of it from here, see store.dump
    metadata,
    Column("subject", ID, primary_key=True),  # id of the row that held the key
    Column("table_name", String(40), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(40), nullable=False),
    Column("ground", String(16), nullable=False),  # asked, retention, mistake
)

breaches = Table(
    "breaches",  # the register of breaches of personal data; words are sealed by a key of its own
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("title_sealed", LargeBinary, nullable=False),
    Column("found_at", BigInteger, nullable=False),  # the clock runs from here
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_by", ID, ForeignKey("staff.id"), nullable=False),
    Column("closed_at", BigInteger),
)

breach_entries = Table(
    "breach_entries",  # what was learnt, done and told, in order; never changed
    metadata,
    Column("id", ID, primary_key=True),
    Column("breach_id", ID, ForeignKey("breaches.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # note, told, closed
    Column("told", String(16)),  # whom, see desk/breaches.toml
    Column("text_sealed", LargeBinary, nullable=False),  # by the breach's key
    Column("at", BigInteger, nullable=False),
    Column("by", ID, ForeignKey("staff.id"), nullable=False),
)
Index("ix_breach_entries_breach", breach_entries.c.breach_id)
