"""What people do to a bot on their phones: write, press, send a pin, block."""

from __future__ import annotations

import time
import uuid
from typing import Any

from simulators.telegram import BotStandIn, shown_chat

# What a phone may send besides words; the content's shape is Telegram's own.
FILES: dict[str, dict[str, Any]] = {
    "photo": {"width": 1280, "height": 960, "file_size": 180000},
    "voice": {"duration": 7, "mime_type": "audio/ogg", "file_size": 29000},
    "video": {"width": 640, "height": 480, "duration": 9, "mime_type": "video/mp4"},
    "video_note": {"length": 240, "duration": 5, "file_size": 90000},
    "document": {"file_name": "giay.pdf", "mime_type": "application/pdf", "file_size": 40000},
    "animation": {"width": 300, "height": 200, "duration": 2, "mime_type": "video/mp4"},
    "audio": {"duration": 60, "mime_type": "audio/mpeg"},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False,
                "is_video": False, "emoji": "😢"},
}  # fmt: skip


class NotPossible(ValueError):
    """A phone cannot do this: no such message, no such button."""


class People:
    """The phones of one bot. Every act returns what the phone would know of it."""

    def __init__(self, bot: BotStandIn) -> None:
        self._bot = bot
        self._world = bot.world

    def write(
        self, who: int, *, text: str | None = None, chat: int | None = None,
        reply_to: int | None = None, name: str | None = None, language: str | None = "vi",
        location: dict[str, float] | None = None, file: str | None = None,
        contact: dict[str, str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Send a message: words, a pin, a file (kind of FILES) or a contact card.

        Writing in a private chat is what pressing Start does: the bot may answer from then on.
        """
        with self._world.changed:
            author = self._person(who, name, language)
            where = self._open(chat if chat is not None else who, author)
            message: dict[str, Any] = self._blank(author, where)
            if reply_to is not None:
                message["reply_to_message"] = self._message(where["id"], reply_to)
            if location is not None:
                message["location"] = location
            if contact is not None:
                message["contact"] = {"first_name": "", **contact}
            if file is not None:
                message.update(self._file(file))
            if text is not None:
                message["caption" if file else "text"] = text
                if text.startswith("/") and not file:
                    length = len(text.split()[0])
                    message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            return self._send(message)

    def edit(self, who: int, message_id: int, text: str, chat: int | None = None) -> dict[str, Any]:
        """Correct a message of one's own."""
        with self._world.changed:
            old = self._message(chat if chat is not None else who, message_id)
            if old["from"]["id"] != who:
                raise NotPossible("not their message")
            new = {**old, "text": text, "edit_date": int(time.time())}
            self._bot.put("messages", f"{new['chat']['id']}:{message_id}", new)
            self._bot.updates.add("edited_message", new)
            return new

    def press(
        self, who: int, message_id: int, button: int | None = None, data: str | None = None,
        chat: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Press a button: the n-th from 1, or (as a forger could) any `data`."""
        with self._world.changed:
            message = self._message(chat if chat is not None else who, message_id)
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            buttons = [one for row in rows for one in row]
            if data is None:
                if button is None or not 1 <= button <= len(buttons):
                    raise NotPossible(f"the message has {len(buttons)} buttons")
                data = buttons[button - 1]["callback_data"]
            press_id = str(who << 32 | uuid.uuid4().int & 0xFFFFFFFF)  # it names who pressed
            author = self._person(who, None, "vi")
            self._bot.put("presses", press_id, {
                "chat_id": message["chat"]["id"], "message_id": message_id, "from": who,
                "at": time.time()})  # fmt: skip
            self._bot.updates.add("callback_query", {
                "id": press_id, "from": author, "message": message,
                "chat_instance": str(message["chat"]["id"] * -7), "data": data})  # fmt: skip
            return {"callback_id": press_id, "data": data}

    def block(self, who: int, blocked: bool) -> None:
        """Stop the bot, or let it in again."""
        with self._world.changed:
            author = self._person(who, None, "vi")
            chat = self._open(who, author)
            self._bot.put("chats", who, {**chat, "blocked": blocked})
            change = [("member", {}), ("kicked", {"until_date": 0})]
            old, new = change if blocked else reversed(change)
            self._bot.updates.add("my_chat_member", {
                "chat": shown_chat(chat), "from": author, "date": int(time.time()),
                "old_chat_member": {"user": self._bot.me(), "status": old[0], **old[1]},
                "new_chat_member": {"user": self._bot.me(), "status": new[0], **new[1]},
            })  # fmt: skip

    def group(self, chat: int, title: str) -> None:
        """Put the bot into a group (a negative id)."""
        kind = "supergroup" if chat < -(10**12) else "group"
        with self._world.changed:
            self._bot.put("chats", chat, {"id": chat, "type": kind, "title": title})

    def migrate(self, who: int, chat: int, to: int) -> None:
        """Make a group a supergroup: the old id answers 400 from now on."""
        with self._world.changed:
            old = self._bot.table("chats").get(str(chat))
            if old is None:
                raise NotPossible("no such group")
            self._bot.put("chats", chat, {**old, "moved_to": to})
            self.group(to, old.get("title", ""))
            author = self._person(who, None, "vi")
            message = self._blank(author, old)
            self._bot.updates.add("message", {**message, "migrate_to_chat_id": to})

    def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        key = f"{message['chat']['id']}:{message['message_id']}"
        self._bot.put("messages", key, message)
        self._bot.updates.add("message", message)
        shown: dict[str, Any] = {
            "kind": "sent", "message_id": message["message_id"],
            "text": message.get("text") or message.get("caption") or "",
        }  # fmt: skip
        if "location" in message:
            shown["location"] = message["location"]
        if "reply_to_message" in message:
            shown["reply_to"] = message["reply_to_message"]["message_id"]
        for kind in FILES:
            if kind in message:
                shown["file"] = kind
        self._world.show_sent(self._bot.phone(message["chat"]["id"]), shown)
        return message

    def _blank(self, author: dict[str, Any], chat: dict[str, Any]) -> dict[str, Any]:
        number = self._bot.next_message(chat)
        return {"message_id": number, "from": author, "chat": shown_chat(chat),
                "date": int(time.time())}  # fmt: skip

    def _person(self, who: int, name: str | None, language: str | None) -> dict[str, Any]:
        known = self._bot.table("people").get(str(who))
        if known is None or name is not None:
            known = {"id": who, "is_bot": False, "first_name": name or "Demo"}
            if language:
                known["language_code"] = language
            self._bot.put("people", who, known)
        person: dict[str, Any] = known
        return person

    def _open(self, chat: int, author: dict[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] | None = self._bot.table("chats").get(str(chat))
        if known is None:
            if chat < 0:
                raise NotPossible("the bot is not in that group")
            known = {"id": chat, "type": "private", "first_name": author["first_name"]}
            self._bot.put("chats", chat, known)
        return known

    def _message(self, chat: int, message_id: int) -> dict[str, Any]:
        found: dict[str, Any] | None = self._bot.table("messages").get(f"{chat}:{message_id}")
        if found is None:
            raise NotPossible("no such message")
        return {key: value for key, value in found.items() if key != "reply_to_message"}

    def _file(self, kind: str) -> dict[str, Any]:
        if kind not in FILES:
            raise NotPossible(f"a file is one of {', '.join(sorted(FILES))}")
        file_id = f"BQAC{uuid.uuid4().hex}"
        self._bot.put("files", file_id, kind)
        content: dict[str, Any] = {
            "file_id": file_id,
            "file_unique_id": file_id[-12:],
            **FILES[kind],
        }
        return {kind: [content] if kind == "photo" else content}
