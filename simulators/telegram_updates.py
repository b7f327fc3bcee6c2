"""How a bot's updates reach the hotline: by long poll, or posted to its webhook."""

from __future__ import annotations

import json
import random
import threading
import time
from functools import partial
from typing import Any

from simulators import deliver
from simulators.world import World

# Not sent unless asked for (Telegram, "getUpdates").
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_BY_OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
    "first"
)
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.2, 5.0


class Updates:
    """The updates of one bot that the hotline has not confirmed yet, oldest first."""

    def __init__(self, world: World, bot: str) -> None:
        self._world = world
        self._waiting, self._settings = f"{bot}.updates", f"{bot}.settings"
        self._polls = 0  # a new poll ends the one before it
        self._ended_by = _BY_OTHER_POLL
        self._last_error: tuple[int, str] | None = None
        self._poster: threading.Thread | None = None
        self._start_poster()

    def add(self, kind: str, content: dict[str, Any]) -> int:
        """Queue an update; returns its id. Ids start anywhere and rise by one."""
        with self._world.changed:
            allowed = self._setting("allowed")
            start = random.randint(10**8, 9 * 10**8)  # noqa: S311
            update_id = self._world.number(self._waiting, start)
            if kind not in allowed if allowed else kind in _ON_REQUEST:
                return update_id
            update = {"update_id": update_id, kind: content}
            self._world.kept.put(self._waiting, str(update_id), update)
            self._world.changed.notify_all()
            return update_id

    def poll(
        self, offset: int, limit: int, wait: float, allowed: list[str] | None
    ) -> list[dict[str, Any]] | str:
        """Answer getUpdates; a text says why not. Asking from an offset confirms all before it."""
        with self._world.changed:
            if self._setting("url"):
                return _WEBHOOK_ACTIVE
            self._polls += 1
            mine, self._ended_by = self._polls, _BY_OTHER_POLL
            self._world.changed.notify_all()
            if allowed is not None:
                self._set("allowed", allowed)
            self._confirm(offset)

            def over() -> bool:
                return bool(self._pending()) or self._polls != mine or self._world.stopping

            self._world.changed.wait_for(over, timeout=wait)
            if self._polls != mine:
                return self._ended_by
            return [update for update in self._pending() if update["update_id"] >= offset][:limit]

    def set_webhook(self, url: str, secret: str | None, allowed: list[str] | None) -> None:
        with self._world.changed:
            if url:
                self._polls += 1
                self._ended_by = "terminated by setWebhook request"
            self._set("url", url)
            self._set("secret", secret)
            if allowed is not None:
                self._set("allowed", allowed)
            self._last_error = None
            self._world.changed.notify_all()
        self._start_poster()

    def info(self) -> dict[str, Any]:
        with self._world.changed:
            info: dict[str, Any] = {
                "url": self._setting("url") or "", "has_custom_certificate": False,
                "pending_update_count": len(self._pending()), "max_connections": 40,
            }  # fmt: skip
            if self._setting("allowed"):
                info["allowed_updates"] = self._setting("allowed")
            if self._last_error:
                info["last_error_date"], info["last_error_message"] = self._last_error
            return info

    def drop_all(self) -> None:
        with self._world.changed:
            for update in self._pending():
                self._world.kept.drop(self._waiting, str(update["update_id"]))

    def _pending(self) -> list[dict[str, Any]]:
        return list(self._world.kept.table(self._waiting).values())

    def _confirm(self, offset: int) -> None:
        if offset < 0:  # the last so many, and forget what came before
            ids = [update["update_id"] for update in self._pending()]
            offset = ids[offset] if len(ids) >= -offset else 0
        for update in self._pending():
            if update["update_id"] < offset:
                self._world.kept.drop(self._waiting, str(update["update_id"]))

    def _setting(self, name: str) -> Any:
        return self._world.kept.table(self._settings).get(name)

    def _set(self, name: str, value: Any) -> None:
        self._world.kept.put(self._settings, name, value)

    # Posting

    def _start_poster(self) -> None:
        with self._world.changed:
            running = self._poster is not None and self._poster.is_alive()
            if self._setting("url") and not running:
                self._poster = threading.Thread(target=self._post_all, daemon=True)
                self._poster.start()

    def _post_all(self) -> None:
        """Post one update after the other until the webhook is gone; a refused one is repeated."""
        pause = _FIRST_RETRY_S
        while True:
            with self._world.changed:
                self._world.changed.wait_for(
                    lambda: self._pending() or self._world.stopping or not self._setting("url")
                )
                url, secret = self._setting("url"), self._setting("secret")
                if not url or self._world.stopping:
                    return
                update = self._pending()[0]
            headers = {"Content-Type": "application/json"}
            if secret:
                headers["X-Telegram-Bot-Api-Secret-Token"] = secret
            answer = deliver.post(url, json.dumps(update).encode(), headers)
            with self._world.changed:
                if answer.ok:
                    self._world.kept.drop(self._waiting, str(update["update_id"]))
                    pause = _FIRST_RETRY_S
                    continue
                why = f"Wrong response from the webhook: {answer.status or answer.text}"
                self._last_error = (int(time.time()), why)
                moved = self._world.changed.wait_for(partial(self._moved_from, url), pause)
                pause = _FIRST_RETRY_S if moved else min(pause * 2, _LONGEST_RETRY_S)

    def _moved_from(self, url: str) -> bool:
        return self._world.stopping or self._setting("url") != url
