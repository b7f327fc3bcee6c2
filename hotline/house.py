"""From settings to the objects that the doors work with. The only place that joins them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import channels
import locales
import places
import triage
from channels import errors
from channels.channel import Channel
from channels.telegram import TelegramBot
from channels.twilio import TwilioAccount
from desk.clue_days import BadClueDays, read_clue_days
from desk.hours import BadHours, holidays
from desk.house import Desk
from desk.ladder import BadLadders, read_ladders
from desk.paging import STAFF_LINE
from hotline.clock import DatabaseClock
from hotline.place import redis_url_of
from hotline.settings import BadSettings, Settings
from store import bell, version
from store.database import Database, Unavailable
from store.spool import Spool
from store.vault import BadKeyFile, Vault, make_key_file, read_key_file

SENDERS_LINE = "telegram:senders"


@dataclass(frozen=True, slots=True)
class House:
    """Everything a process of the hotline needs, made once at its start."""

    settings: Settings
    desk: Desk
    clock: DatabaseClock
    spool: Spool
    redis_url: str
    public_url: str


def open_house(settings: Settings, *, load: bool = True, patient: bool = False) -> House:
    """Open database, keys and bell. load: also read and check all data files now.

    patient: do without a database that does not answer; a web process spools meanwhile.
    Raises BadSettings with everything that is wrong.
    """
    faults = []
    if load:
        faults += _load_data()
    vault = None
    try:
        vault = _keys(settings)
    except BadKeyFile as error:
        faults.append(f"HOTLINE_SECRET_KEY_FILE: {error}")
    if faults or vault is None:
        raise BadSettings(faults)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    clock = DatabaseClock(database, settings.clock_file)
    try:
        clock.learn()
    except Unavailable as error:
        if not patient:
            raise BadSettings(
                ["HOTLINE_DATABASE_URL: the database does not answer; is it running and reachable?"]
            ) from error
        database.needs = version.NEWEST  # whoever brings it back may bring it back empty or old
    redis_url = settings.redis_url or redis_url_of(settings.data)
    public_url = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    desk = Desk(
        db=database,
        vault=vault,
        now=clock,
        ring=bell.make_bell(redis_url),
        patience=settings.patience_ms,
        lease=settings.lease_s * 1000,
    )
    return House(settings, desk, clock, _spool(settings, vault), redis_url, public_url)


def open_spool(settings: Settings) -> Spool:
    """This host's spool alone, for when the database is away. Raises BadSettings."""
    try:
        return _spool(settings, _keys(settings))
    except BadKeyFile as error:
        raise BadSettings([f"HOTLINE_SECRET_KEY_FILE: {error}"]) from error


def _spool(settings: Settings, vault: Vault) -> Spool:
    return Spool(settings.data / "spool", vault, settings.spool_mb * 1024 * 1024)


BAD_DATA = (
    errors.BadTable,
    BadHours,
    BadLadders,
    BadClueDays,
    locales.BadCatalogue,
    places.DataError,
    triage.DataError,
)


def _load_data() -> list[str]:
    """Read every data file, so that a broken one stops the start and is named."""
    faults = []
    for load in (
        _texts,
        places.load,
        triage.load,
        read_ladders,
        holidays,
        read_clue_days,
        errors.table,
    ):
        try:
            load()
        except BAD_DATA as error:
            faults.append(str(error))
    return faults


def _texts() -> None:
    for language in locales.languages():
        locales.catalogue(language)


def _keys(settings: Settings) -> Vault:
    if settings.secret_key_file is None and not settings.key_file.exists():
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_key_file(settings.key_file)
    return read_key_file(settings.key_file)


def twilio_account(house: House) -> TwilioAccount | None:
    s = house.settings
    if s.twilio_sid is None or s.twilio_token is None or s.twilio_from is None:
        return None
    return TwilioAccount(
        sid=s.twilio_sid,
        token=s.twilio_token,
        sender=s.twilio_from,
        api_base=s.twilio_api,
        status_url=f"{house.public_url}/twilio/status",
        rate=s.twilio_rate,
    )


def telegram_bots(house: House) -> tuple[TelegramBot | None, TelegramBot | None]:
    """The senders' bot and the staff bot, each None where its token is not set."""
    s = house.settings
    secret = webhook_secret(house)
    senders = staff = None
    if s.telegram_token is not None:
        senders = TelegramBot(s.telegram_token, SENDERS_LINE, s.telegram_api, secret)
    if s.telegram_staff_token is not None:
        staff = TelegramBot(s.telegram_staff_token, STAFF_LINE, s.telegram_api, secret)
    return senders, staff


def webhook_secret(house: House) -> str:
    """What Telegram repeats with each webhook; made from our key where none is set."""
    made = house.desk.vault.name("telegram webhook").replace("=", "")
    return house.settings.telegram_secret or made


def wires(house: House) -> dict[str, Channel]:
    """A channel for every line that is set up."""
    accounts = [twilio_account(house), *telegram_bots(house)]
    return channels.build(account for account in accounts if account is not None)


def origins(house: House) -> tuple[str, ...]:
    """The public addresses that a signature may have been made for.

    With stand-ins only, and no public address set, both names of this machine are meant.
    """
    s = house.settings
    if s.public_url is not None or not s.only_stand_ins:
        return (house.public_url,)
    return (f"http://127.0.0.1:{s.port}", f"http://localhost:{s.port}")


def data_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
