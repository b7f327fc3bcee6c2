"""A stand-in of the Bot API for one bot: what the hotline calls.

It checks what Telegram checks and refuses in Telegram's words. Sources: Telegram, "Telegram Bot
API"; error texts of the public telegram-bot-api server. What people do is in
`telegram_people.py`, how updates reach the hotline in `telegram_updates.py`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, request

from simulators.faults import Fault, Faults
from simulators.telegram_updates import Updates
from simulators.world import BotTarget, World

MAX_TEXT = 4096
MAX_DATA = 64
MAX_TOAST = 200
PRESS_LIVES_S = 60.0
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

Parameters = dict[str, Any]


class Refusal(Exception):
    """An answer with ok: false."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


class BotStandIn:
    """One bot: its chats, its messages and the calls on it."""

    def __init__(self, world: World, target: BotTarget) -> None:
        self.world = world
        self.target = target
        self.updates = Updates(world, target.name)
        self.faults = Faults("telegram", self._ordered, world.targets.most)
        self._methods: dict[str, Callable[[Parameters], Any]] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_text,
            "editmessagereplymarkup": self._edit_markup,
            "deletemessage": self._delete_message,
            "answercallbackquery": self._answer_press,
            "sendchataction": self._chat_action,
            "getfile": self._get_file,
            "setmycommands": self._accept,
            "deletemycommands": self._accept,
            "setmyname": self._accept,
            "setmydescription": self._accept,
            "setmyshortdescription": self._accept,
        }

    def call(self, method: str) -> Response:
        """Answer a request to /bot<token>/<method>; methods are known in any letter case."""
        parameters = _parameters()
        to = str(parameters.get("chat_id", ""))

        def take() -> Response:
            work = self._methods.get(method.lower())
            try:
                if work is None:
                    raise Refusal(404, "Not Found")
                return jsonify(ok=True, result=work(parameters))
            except Refusal as refusal:
                return _refused(refusal)

        # Faults are meant for what is sent, not for the long poll that waits meanwhile.
        return take() if method.lower() == "getupdates" else self.faults.around(method, to, take)

    # Tables: chats by id, messages by "chat:message_id", presses by callback id

    def table(self, name: str) -> dict[str, Any]:
        return self.world.kept.table(f"{self.target.name}.{name}")

    def put(self, name: str, key: object, value: Any) -> None:
        self.world.kept.put(f"{self.target.name}.{name}", str(key), value)

    def me(self) -> dict[str, Any]:
        target = self.target
        return {"id": target.id, "is_bot": True, "first_name": target.first_name,
                "username": target.username}  # fmt: skip

    def next_message(self, chat: dict[str, Any]) -> int:
        """A supergroup numbers its messages from 1; all other chats share the bot's numbers."""
        own = f".{chat['id']}" if chat["type"] == "supergroup" else ""
        return self.world.number(f"{self.target.name}.message{own}")

    def phone(self, chat_id: int) -> str:
        return f"telegram:{self.target.name}:{chat_id}"

    # Methods

    def _get_me(self, _asked: Parameters) -> dict[str, Any]:
        return {**self.me(), "can_join_groups": True, "can_read_all_group_messages": False,
                "supports_inline_queries": False, "can_connect_to_business": False,
                "has_main_web_app": False}  # fmt: skip

    def _get_updates(self, asked: Parameters) -> list[dict[str, Any]]:
        limit = _whole(asked.get("limit"), 100)
        result = self.updates.poll(
            offset=_whole(asked.get("offset"), 0),
            limit=min(max(limit, 1), 100),
            wait=min(max(_whole(asked.get("timeout"), 0), 0), 50),
            allowed=_names(asked.get("allowed_updates")),
        )
        if isinstance(result, str):
            raise Refusal(409, f"Conflict: {result}")
        return result

    def _set_webhook(self, asked: Parameters) -> bool:
        url, secret = str(asked.get("url") or ""), asked.get("secret_token")
        if not url:
            return self._delete_webhook(asked)
        parts = urlsplit(url)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise Refusal(
                400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
            )
        if secret is not None and not _SECRET.fullmatch(str(secret)):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self.updates.set_webhook(url, secret, _names(asked.get("allowed_updates")))
        if _true(asked.get("drop_pending_updates")):
            self.updates.drop_all()
        return True

    def _delete_webhook(self, asked: Parameters) -> bool:
        self.updates.set_webhook("", None, None)
        if _true(asked.get("drop_pending_updates")):
            self.updates.drop_all()
        return True

    def _get_webhook_info(self, _asked: Parameters) -> dict[str, Any]:
        return self.updates.info()

    def _send_message(self, asked: Parameters) -> dict[str, Any]:
        chat = self._chat(asked)
        text = _text(asked)
        markup = _markup(asked.get("reply_markup"))
        with self.world.changed:
            message = {
                "message_id": self.next_message(chat),
                "from": self.me(), "chat": shown_chat(chat), "date": int(time.time()), "text": text,
            }  # fmt: skip
            if markup:
                message["reply_markup"] = markup
            self.put("messages", f"{chat['id']}:{message['message_id']}", message)
            self._show(message, "message")
        return message

    def _edit_text(self, asked: Parameters) -> dict[str, Any]:
        return self._edit(asked, {"text": _text(asked)})

    def _edit_markup(self, asked: Parameters) -> dict[str, Any]:
        return self._edit(asked, {})

    def _edit(self, asked: Parameters, change: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(asked)
        key = f"{chat['id']}:{_whole(asked.get('message_id'), 0)}"
        with self.world.changed:
            old = self.table("messages").get(key)
            if old is None:
                raise Refusal(400, "Bad Request: message to edit not found")
            if old["from"]["id"] != self.target.id:
                raise Refusal(400, "Bad Request: message can't be edited")
            new = {**old, **change}
            new.pop("reply_markup", None)
            markup = _markup(asked.get("reply_markup"))
            if markup:
                new["reply_markup"] = markup
            if new == old:
                raise Refusal(400, f"Bad Request: {_UNCHANGED}")
            new["edit_date"] = int(time.time())
            self.put("messages", key, new)
            self._show(new, "edit")
        return new

    def _delete_message(self, asked: Parameters) -> bool:
        chat = self._chat(asked)
        message_id = _whole(asked.get("message_id"), 0)
        with self.world.changed:
            key = f"{chat['id']}:{message_id}"
            if key not in self.table("messages"):
                raise Refusal(400, "Bad Request: message to delete not found")
            self.world.kept.drop(f"{self.target.name}.messages", key)
            self.world.show(self.phone(chat["id"]), {"kind": "delete", "message_id": message_id})
        return True

    def _answer_press(self, asked: Parameters) -> bool:
        press_id, text = str(asked.get("callback_query_id") or ""), str(asked.get("text") or "")
        if len(text) > MAX_TOAST:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        with self.world.changed:
            press = self.table("presses").get(press_id)
            if press is None or time.time() - press["at"] > PRESS_LIVES_S:
                raise Refusal(400, f"Bad Request: {_TOO_OLD}")
            self.world.kept.drop(f"{self.target.name}.presses", press_id)
            self.world.show(self.phone(press["chat_id"]), {
                "kind": "toast", "message_id": press["message_id"], "from": press["from"],
                "text": text})  # fmt: skip
        return True

    def _chat_action(self, asked: Parameters) -> bool:
        chat = self._chat(asked)
        if not asked.get("action"):
            raise Refusal(400, "Bad Request: wrong parameter action in request")
        self.world.show(self.phone(chat["id"]), {"kind": "typing"})
        return True

    def _get_file(self, asked: Parameters) -> dict[str, Any]:
        file_id = str(asked.get("file_id") or "")
        if file_id not in self.table("files"):
            raise Refusal(400, "Bad Request: invalid file_id")
        return {"file_id": file_id, "file_unique_id": file_id[-12:], "file_size": len(file_id),
                "file_path": f"files/{file_id}"}  # fmt: skip

    def file(self, path: str) -> Response:
        """What lies under /file/bot<token>/<path>."""
        file_id = path.rpartition("/")[2]
        if file_id not in self.table("files"):
            return _refused(Refusal(404, "Not Found"))
        return Response(file_id.encode(), mimetype="application/octet-stream")

    def _accept(self, _asked: Parameters) -> bool:
        return True

    # Helps of the methods

    def _chat(self, asked: Parameters) -> dict[str, Any]:
        """The chat that may be written to, or the refusal Telegram would give."""
        if not asked.get("chat_id"):
            raise Refusal(400, "Bad Request: chat_id is empty")
        chat_id = _whole(asked["chat_id"], 0)
        chat: dict[str, Any] | None = self.table("chats").get(str(chat_id))
        if chat is None and self.target.open_to_all and chat_id > 0:
            chat = {"id": chat_id, "type": "private", "first_name": "Demo"}
            self.put("chats", chat_id, chat)
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        if chat.get("moved_to"):
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat",
                          migrate_to_chat_id=chat["moved_to"])  # fmt: skip
        if chat.get("blocked"):
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat.get("left"):
            raise Refusal(403, "Forbidden: bot was kicked from the group chat")
        return chat

    def _show(self, message: dict[str, Any], kind: str) -> None:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        self.world.show(self.phone(message["chat"]["id"]), {
            "kind": kind, "message_id": message["message_id"], "text": message["text"],
            "buttons": [button["text"] for row in rows for button in row]})  # fmt: skip

    def _ordered(self, fault: Fault) -> Response:
        if fault.kind == "429":
            return _refused(Refusal(429, f"Too Many Requests: retry after {fault.retry_after}",
                                    retry_after=fault.retry_after))  # fmt: skip
        if fault.kind == "error":
            status = fault.code or 400
            words = {400: "Bad Request: chat not found", 401: "Unauthorized",
                     403: "Forbidden: bot was blocked by the user", 404: "Not Found"}  # fmt: skip
            return _refused(Refusal(status, words.get(status, "as ordered")))
        status = int(fault.kind[:3]) if fault.kind[:3].isdigit() else 500
        words = {502: "Bad Gateway", 503: "Service Unavailable"}
        return _refused(Refusal(status, words.get(status, "Internal Server Error")))


def shown_chat(chat: dict[str, Any]) -> dict[str, Any]:
    """A chat as Telegram shows it, without what only the stand-in notes about it."""
    shown = ("id", "type", "title", "username", "first_name", "last_name")
    return {key: chat[key] for key in shown if key in chat}


def _refused(refusal: Refusal) -> Response:
    body: dict[str, Any] = {
        "ok": False, "error_code": refusal.status, "description": refusal.description,
    }  # fmt: skip
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    answer = jsonify(body)
    answer.status_code = refusal.status
    return answer


def unauthorized() -> Response:
    """The answer to a token that is nobody's."""
    return _refused(Refusal(401, "Unauthorized"))


def _parameters() -> Parameters:
    """Parameters come in the query, as a form or as JSON; nested values of a form are JSON."""
    sent = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    return {**request.args.to_dict(), **(sent if isinstance(sent, dict) else {})}


def _nested(value: Any, wanted: type, refusal: str) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refusal(400, f"Bad Request: {refusal}") from None
    if not isinstance(value, wanted):
        raise Refusal(400, f"Bad Request: {refusal}")
    return value


def _names(value: Any) -> list[str] | None:
    return None if value is None else _nested(value, list, "can't parse allowed_updates")


def _text(asked: Parameters) -> str:
    text = asked.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text) > MAX_TEXT:
        raise Refusal(400, "Bad Request: message is too long")
    return text.strip()


def _markup(value: Any) -> dict[str, Any] | None:
    """Check an inline keyboard: rows of buttons that each do exactly one thing."""
    if not value:
        return None
    markup: dict[str, Any] = _nested(value, dict, "object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refusal(400, 'Bad Request: field "inline_keyboard" must be of type Array of Arrays')
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not button.get("text"):
            raise Refusal(400, "Bad Request: can't parse inline keyboard button: Text buttons are "
                          "unallowed in the inline keyboard")  # fmt: skip
        data = button.get("callback_data")
        if "url" not in button and not isinstance(data, str):
            raise Refusal(400, "Bad Request: can't parse inline keyboard button")
        if isinstance(data, str) and not 0 < len(data.encode()) <= MAX_DATA:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"inline_keyboard": rows} if rows else None


def _whole(value: Any, otherwise: int) -> int:
    if isinstance(value, bool) or value is None:
        return otherwise
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def _true(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "1")
