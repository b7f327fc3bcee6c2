"""Settings: read once from the environment or `.env`, checked as a whole, frozen."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hotline import edge


class BadSettings(Exception):
    """The environment cannot be used. `faults` says everything that is wrong, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """Every setting of the hotline. The table in docs/settings.md describes each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, case_sensitive=True
    )

    data: Path = Field(Path("data"), alias="HOTLINE_DATA")
    database_url: str | None = Field(None, alias="HOTLINE_DATABASE_URL", repr=False)
    redis_url: str | None = Field(None, alias="HOTLINE_REDIS_URL", repr=False)
    public_url: str | None = Field(None, alias="HOTLINE_PUBLIC_URL")
    secret_key_file: Path | None = Field(None, alias="HOTLINE_SECRET_KEY_FILE")
    backup_key_file: Path | None = Field(None, alias="HOTLINE_BACKUP_KEY_FILE")
    clock_file: Path | None = Field(None, alias="HOTLINE_CLOCK_FILE")
    port: int = Field(8080, alias="HOTLINE_PORT", ge=1, le=65535)
    host: str = Field("127.0.0.1", alias="HOTLINE_HOST")
    proxies: str = Field("127.0.0.1,::1", alias="HOTLINE_PROXIES")
    web_workers: int = Field(1, alias="HOTLINE_WEB_WORKERS", ge=1, le=64)
    patience_ms: int = Field(1000, alias="HOTLINE_PATIENCE_MS", ge=0, le=30_000)
    lease_s: int = Field(30, alias="HOTLINE_LEASE_S", ge=1, le=600)

    spool_mb: int = Field(64, alias="HOTLINE_SPOOL_MB", ge=1, le=100_000)

    twilio_sid: str | None = Field(None, alias="TWILIO_ACCOUNT_SID")
    twilio_token: str | None = Field(None, alias="TWILIO_AUTH_TOKEN", repr=False)
    twilio_from: str | None = Field(None, alias="TWILIO_FROM")
    twilio_api: str = Field("https://api.twilio.com", alias="TWILIO_API_BASE")
    twilio_rate: float | None = Field(None, alias="TWILIO_RATE", gt=0, le=1000)
    telegram_token: str | None = Field(None, alias="TELEGRAM_BOT_TOKEN", repr=False)
    telegram_staff_token: str | None = Field(None, alias="TELEGRAM_STAFF_BOT_TOKEN", repr=False)
    telegram_api: str = Field("https://api.telegram.org", alias="TELEGRAM_API_BASE")
    telegram_secret: str | None = Field(None, alias="TELEGRAM_WEBHOOK_SECRET", repr=False)

    @property
    def has_twilio(self) -> bool:
        return self.twilio_sid is not None

    @property
    def has_telegram(self) -> bool:
        return self.telegram_token is not None

    @property
    def has_staff_bot(self) -> bool:
        return self.telegram_staff_token is not None

    @property
    def has_provider(self) -> bool:
        return self.has_twilio or self.has_telegram or self.has_staff_bot

    @property
    def only_stand_ins(self) -> bool:
        """Whether every provider that is set is a stand-in on this machine."""
        bases = []
        if self.has_twilio:
            bases.append(self.twilio_api)
        if self.has_telegram or self.has_staff_bot:
            bases.append(self.telegram_api)
        return all(is_loopback(base) for base in bases)

    @property
    def key_file(self) -> Path:
        return self.secret_key_file or self.data / "keys"

    @property
    def backup_key(self) -> Path:
        return self.backup_key_file or self.data / "backup-key"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data.resolve() / 'hotline.db'}"


def read(**overrides: object) -> Settings:
    """Read the settings; `overrides` are by alias. Raises BadSettings with all faults at once."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings(
            [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        ) from error
    faults = _faults(settings)
    if faults:
        raise BadSettings(faults)
    return settings


def _faults(s: Settings) -> list[str]:
    faults = []
    twilio = {
        "TWILIO_ACCOUNT_SID": s.twilio_sid,
        "TWILIO_AUTH_TOKEN": s.twilio_token,
        "TWILIO_FROM": s.twilio_from,
    }
    missing = [name for name, value in twilio.items() if value is None]
    if 0 < len(missing) < len(twilio):
        faults.append(f"{', '.join(missing)}: missing; Twilio needs all three, or none of them")
    if s.twilio_from and not re.fullmatch(
        r"\+\d{7,15}|MG[0-9a-f]{32}|[\w .-]{1,11}", s.twilio_from
    ):
        faults.append("TWILIO_FROM: use a number as +84..., a sender name or an MG... service")
    for name, value in (
        ("TELEGRAM_BOT_TOKEN", s.telegram_token),
        ("TELEGRAM_STAFF_BOT_TOKEN", s.telegram_staff_token),
    ):
        if value is not None and not re.fullmatch(r"[\w:-]+", value):
            faults.append(f"{name}: use the token as BotFather gave it (digits, colon, letters)")
    if s.telegram_token is not None and s.telegram_token == s.telegram_staff_token:
        faults.append("TELEGRAM_STAFF_BOT_TOKEN: senders and staff need two different bots")
    if s.telegram_secret is not None and not re.fullmatch(r"[\w-]{1,256}", s.telegram_secret):
        faults.append("TELEGRAM_WEBHOOK_SECRET: use 1 to 256 letters, digits, _ and -")
    for name, value in (("TWILIO_API_BASE", s.twilio_api), ("TELEGRAM_API_BASE", s.telegram_api)):
        faults += _origin_faults(name, value)
    try:
        edge.networks(s.proxies)
    except ValueError as error:
        faults.append(f"HOTLINE_PROXIES: {error}; use addresses or networks, by commas")
    faults += _public_url_faults(s)
    faults += _store_faults(s)
    if s.clock_file is not None and not s.only_stand_ins:
        faults.append(
            "HOTLINE_CLOCK_FILE: time can be moved only where all providers are stand-ins"
        )
    if s.secret_key_file is not None and not s.secret_key_file.exists():
        faults.append(f"HOTLINE_SECRET_KEY_FILE: {s.secret_key_file} does not exist")
    return faults


def _origin_faults(name: str, value: str) -> list[str]:
    parts = _parts(value)
    if parts is None or parts.path.strip("/") or parts.query:
        return [f"{name}: use an origin such as https://api.example.com, without a path"]
    if parts.scheme == "http" and not is_loopback(value):
        return [f"{name}: plain http is allowed for this machine only"]
    return []


def _public_url_faults(s: Settings) -> list[str]:
    if s.public_url is None:
        if s.has_twilio and not is_loopback(s.twilio_api):
            return ["HOTLINE_PUBLIC_URL: missing; Twilio's signature covers the public address"]
        return []
    parts = _parts(s.public_url)
    if parts is None or parts.query:
        return ["HOTLINE_PUBLIC_URL: use the address that the providers call, as https://host"]
    if parts.scheme == "http" and not s.only_stand_ins:
        return ["HOTLINE_PUBLIC_URL: the providers call https only"]
    return []


def _store_faults(s: Settings) -> list[str]:
    faults = []
    if s.database_url is not None and not re.match(
        r"(sqlite:///|postgresql(\+psycopg)?://)", s.database_url
    ):
        faults.append("HOTLINE_DATABASE_URL: use postgresql://... or sqlite:///path")
    if s.redis_url is not None and not re.match(r"(rediss?|unix)://", s.redis_url):
        faults.append("HOTLINE_REDIS_URL: use redis://, rediss:// or unix://")
    if s.web_workers > 1 and s.database.startswith("sqlite"):
        faults.append("HOTLINE_WEB_WORKERS: more than one needs PostgreSQL (HOTLINE_DATABASE_URL)")
    parent = s.data if s.data.exists() else s.data.parent
    if s.data.exists() and not s.data.is_dir():
        faults.append(f"HOTLINE_DATA: {s.data} is no folder")
    elif not os.access(parent if parent.exists() else Path.cwd(), os.W_OK):
        faults.append(f"HOTLINE_DATA: {s.data} cannot be written by this user")
    return faults


def _parts(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def is_loopback(url: str) -> bool:
    """Whether an address is this machine itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
