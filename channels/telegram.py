"""Telegram, the way in: what updates of the senders' bot and the staff bot carry.

Updates are read as they came, without python-telegram-bot's objects: those refuse a whole batch
for one field they cannot read. Field names and meanings: Telegram, "Telegram Bot API".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from channels import wire
from desk.messages import Event, Ignored, Inbound, Location, Media, Refused


@dataclass(frozen=True, slots=True)
class TelegramBot:
    """One bot. line: our name for it (`telegram:senders`). secret: what Telegram repeats with
    each webhook, None while we poll. api_base: origin, or a stand-in's."""

    token: str = field(repr=False)
    line: str
    api_base: str = "https://api.telegram.org"
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StaffPress:
    """A button of a staff page was pressed. Answer the callback, or the button keeps turning."""

    callback_id: str
    staff_telegram_id: int
    chat_id: int
    message_id: int
    data: str


@dataclass(frozen=True, slots=True)
class StaffText:
    """A member of staff wrote, in a private chat or a centre's group.

    reply_to_message_id, reply_to_text: the bot's message that was answered, if one was.
    """

    staff_telegram_id: int
    chat_id: int
    message_id: int
    text: str
    reply_to_message_id: int | None = None
    reply_to_text: str | None = None


@dataclass(frozen=True, slots=True)
class StaffChatMoved:
    """A group became a supergroup: the old id is dead, pages must go to the new one."""

    chat_id: int
    new_chat_id: int


def parse(update: object, line: str) -> Inbound | Ignored | Refused:
    """Read one update of the senders' bot. Only private chats with people count."""
    if not isinstance(update, dict):
        return Refused("not an update")
    if "message" in update:
        return _message(update["message"], line, edited=False)
    if "edited_message" in update:
        return _message(update["edited_message"], line, edited=True)
    if "callback_query" in update:
        return _press(update["callback_query"], line)
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"], line)
    return Ignored(kind_of(update))


def parse_staff(update: object) -> StaffPress | StaffText | StaffChatMoved | Ignored:
    """Read one update of the staff bot. What cannot be read is ignored under "malformed"."""
    if not isinstance(update, dict):
        return Ignored("malformed")
    if "callback_query" in update:
        return _staff_press(wire.struct(update["callback_query"]))
    if "message" not in update:
        return Ignored(kind_of(update))
    message = wire.struct(update["message"])
    chat_id = wire.whole(wire.struct(message.get("chat")).get("id"))
    if chat_id is None:
        return Ignored("malformed")
    moved_to = wire.whole(message.get("migrate_to_chat_id"))
    if moved_to is not None:
        return StaffChatMoved(chat_id, moved_to)
    return _staff_text(message, chat_id)


def kind_of(update: dict[str, Any]) -> str:
    """The name of what an update carries ("poll_answer"), for logs and counts."""
    names = sorted(key for key in update if key != "update_id")
    return (wire.token(names[0], 40) if names else None) or "nothing"


def _message(value: object, line: str, *, edited: bool) -> Inbound | Ignored | Refused:
    message = wire.struct(value)
    chat, author = wire.struct(message.get("chat")), wire.struct(message.get("from"))
    chat_id, message_id = wire.whole(chat.get("id")), wire.whole(message.get("message_id"))
    if chat_id is None or message_id is None:
        return Refused("a message without chat or message_id")
    if chat.get("type") != "private":
        return Ignored(f"{wire.token(chat.get('type'), 20) or 'unknown'}_chat")
    if author.get("is_bot") is True:
        return Ignored("bot_message")
    text = wire.clean(message.get("text")) or wire.clean(message.get("caption"))
    media, location = _media(message), _location(message)
    if not (text or media or location):
        service = _service(message)
        if service:
            return Ignored(f"message:{service}")
    when = message.get("edit_date") if edited else message.get("date")
    external_id = f"{chat_id}:{message_id}"
    if edited:
        external_id += f":edit{wire.whole(when) or 0}"
    return Inbound(
        gateway="telegram",
        kind="telegram",
        line=line,
        external_id=external_id,
        address=str(chat_id),
        text=text,
        at=_ms(when),
        event="edited" if edited else "message",
        location=location,
        media=media,
        language_hint=_language(author),
    )


def _press(value: object, line: str) -> Inbound | Ignored | Refused:
    query = wire.struct(value)
    message, author = wire.struct(query.get("message")), wire.struct(query.get("from"))
    chat = wire.struct(message.get("chat"))
    callback_id, chat_id = wire.token(query.get("id")), wire.whole(chat.get("id"))
    if callback_id is None:
        return Refused("a callback_query without id")
    if chat_id is None or not isinstance(query.get("data"), str):
        return Ignored("callback_query:inline_or_game")
    if chat.get("type", "private") != "private":
        return Ignored(f"{wire.token(chat['type'], 20) or 'unknown'}_chat")
    choice = wire.clean(query["data"])
    return Inbound(
        gateway="telegram",
        kind="telegram",
        line=line,
        external_id=callback_id,
        address=str(chat_id),
        text=_label(message, query["data"]),
        choice=choice,
        language_hint=_language(author),
    )


def _membership(value: object, line: str) -> Inbound | Ignored | Refused:
    """In a private chat this tells only that the person blocked the bot, or let it in again."""
    change = wire.struct(value)
    chat = wire.struct(change.get("chat"))
    chat_id, date = wire.whole(chat.get("id")), wire.whole(change.get("date"))
    if chat_id is None:
        return Refused("a my_chat_member without chat")
    if chat.get("type") != "private":
        return Ignored(f"{wire.token(chat.get('type'), 20) or 'unknown'}_chat")
    status = wire.struct(change.get("new_chat_member")).get("status")
    events: dict[object, Event] = {"kicked": "blocked", "member": "opted_in"}
    event = events.get(status) if isinstance(status, str) else None
    if event is None:
        return Ignored("my_chat_member")
    return Inbound(
        gateway="telegram",
        kind="telegram",
        line=line,
        external_id=f"{chat_id}:{event}:{date or 0}",
        address=str(chat_id),
        text="",
        at=_ms(date),
        event=event,
        language_hint=_language(wire.struct(change.get("from"))),
    )


# How a message's files are kept. Anything else a person can send (a dice, a poll, a story) has
# no file: it is kept as kind "other" with its Telegram name as reference, so that it is seen.
_FILES = {
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "sticker": "sticker",
    "animation": "animation",
    "live_photo": "video",
}
_NO_FILE = (
    "story", "poll", "dice", "game", "paid_media", "checklist", "gift", "unique_gift", "invoice",
    "giveaway", "web_app_data", "users_shared", "chat_shared", "passport_data",
)  # fmt: skip
# Fields that say something about a message and are not what was sent.
_ABOUT = frozenset(
    {
        "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat",
        "sender_boost_count", "sender_business_bot", "sender_tag", "date",
        "business_connection_id", "chat", "forward_origin", "is_topic_message",
        "is_automatic_forward", "reply_to_message", "external_reply", "quote",
        "reply_to_story", "reply_to_checklist_task_id", "reply_to_poll_option_id",
        "via_bot", "edit_date", "has_protected_content", "is_from_offline", "is_paid_post",
        "media_group_id", "author_signature", "paid_star_count", "entities",
        "caption_entities", "link_preview_options", "suggested_post_info", "effect_id",
        "show_caption_above_media", "has_media_spoiler", "reply_markup", "text", "caption",
    }
)  # fmt: skip


def _media(message: dict[str, Any]) -> tuple[Media, ...]:
    found = []
    photo = _largest(message.get("photo"))
    if photo:
        found.append(_file("photo", photo, "image/jpeg"))
    for key, kind in _FILES.items():
        # Telegram repeats an animation as a document, for programs that do not know animations.
        if key == "document" and "animation" in message:
            continue
        one = wire.struct(message.get(key))
        if wire.token(one.get("file_id"), 1024):
            found.append(_file(kind, one, None))
    contact = wire.struct(message.get("contact"))
    if contact:
        names = [wire.clean(contact.get(part)) for part in ("first_name", "last_name")]
        name = " ".join(filter(None, names)) or None
        found.append(Media("contact", wire.clean(contact.get("phone_number")), name=name))
    found += [Media("other", key) for key in _NO_FILE if message.get(key)]
    return tuple(found)


def _file(kind: str, one: dict[str, Any], mime: str | None) -> Media:
    return Media(
        kind=kind,
        reference=one["file_id"],
        mime=wire.token(one.get("mime_type")) or mime,
        size=wire.whole(one.get("file_size")),
        name=wire.clean(one.get("file_name"))[:255] or None,
    )


def _largest(sizes: object) -> dict[str, Any] | None:
    """A photo comes in several sizes, each a file of its own."""
    found = [one for one in sizes if isinstance(one, dict)] if isinstance(sizes, list) else []
    found = [one for one in found if wire.token(one.get("file_id"), 1024)]

    def pixels(one: dict[str, Any]) -> int:
        return (wire.whole(one.get("width")) or 0) * (wire.whole(one.get("height")) or 0)

    return max(found, key=pixels, default=None)


def _location(message: dict[str, Any]) -> Location | None:
    venue = wire.struct(message.get("venue"))
    pin = wire.struct(message.get("location") or venue.get("location"))
    lat = wire.number(pin.get("latitude"), -90, 90)
    lon = wire.number(pin.get("longitude"), -180, 180)
    return None if lat is None or lon is None else Location(lat, lon)


def _service(message: dict[str, Any]) -> str | None:
    """What a message without words or files is about ("pinned_message"), None if nothing is."""
    return next((key for key in sorted(message) if key not in _ABOUT and wire.token(key, 40)), None)


def _label(message: dict[str, Any], data: str) -> str:
    """The words on the button that was pressed, where Telegram still shows us the message."""
    rows = wire.struct(message.get("reply_markup")).get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, dict) and button.get("callback_data") == data:
                return wire.clean(button.get("text"))
    return ""


def _staff_press(query: dict[str, Any]) -> StaffPress | Ignored:
    message, author = wire.struct(query.get("message")), wire.struct(query.get("from"))
    callback_id, staff = wire.token(query.get("id")), wire.whole(author.get("id"))
    chat_id = wire.whole(wire.struct(message.get("chat")).get("id"))
    message_id = wire.whole(message.get("message_id"))
    data = wire.token(query.get("data"), 64)
    if not callback_id or staff is None or chat_id is None or message_id is None or not data:
        return Ignored("malformed")
    return StaffPress(callback_id, staff, chat_id, message_id, data)


def _staff_text(message: dict[str, Any], chat_id: int) -> StaffText | Ignored:
    author = wire.struct(message.get("from"))
    staff, message_id = wire.whole(author.get("id")), wire.whole(message.get("message_id"))
    if staff is None or message_id is None:
        return Ignored("malformed")
    # Anonymous administrators and linked channels write through a bot's name: nobody to hold to it.
    if author.get("is_bot") is True or message.get("sender_chat"):
        return Ignored("bot_message")
    text = wire.clean(message.get("text"))
    if not text:
        return Ignored(f"message:{_service(message) or 'nothing'}")
    replied = wire.struct(message.get("reply_to_message"))
    return StaffText(
        staff_telegram_id=staff,
        chat_id=chat_id,
        message_id=message_id,
        text=text,
        reply_to_message_id=wire.whole(replied.get("message_id")),
        reply_to_text=wire.clean(replied.get("text")) or None,
    )


def _language(author: dict[str, Any]) -> str | None:
    return wire.token(author.get("language_code"), 20)


def _ms(seconds: object) -> int | None:
    value = wire.whole(seconds)
    return value * 1000 if value and 0 < value < 2**40 else None
