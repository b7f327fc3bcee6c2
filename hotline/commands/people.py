"""`hotline staff` and `hotline centre`: who is called, and where."""

from __future__ import annotations

import click

import places
from desk import access, focal, hours, roster
from desk.roster import ROLES, NotAdded
from hotline import place
from hotline.commands.common import house, print_json, refuse
from store import audit, people


@click.group()
def staff() -> None:
    """Add, list and remove members of staff."""


@staff.command()
@click.argument("name")
@click.option("--centre", required=True, help="Code of the centre, such as lang-son or quoc-gia.")
@click.option("--role", type=click.Choice(ROLES), default="staff", show_default=True)
@click.option("--telegram-id", type=int, help="Their Telegram id: pages go there at once.")
@click.option("--phone", help="Their phone, as +84...; sealed.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def add(
    name: str, centre: str, role: str, telegram_id: int | None, phone: str | None, language: str
) -> None:
    """Add NAME; with no rota, everybody of a centre is on call. Prints the id."""
    added = roster.add(
        house().desk, name, centre, role, telegram_id=telegram_id, phone=phone, language=language
    )
    if isinstance(added, NotAdded):
        refuse(added.why)
    click.echo(added.id)


@staff.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_staff(as_json: bool) -> None:
    """Everybody, by centre."""
    everybody = roster.everybody(house().desk)
    if as_json:
        print_json(
            [
                {"id": p.id, "name": p.name, "role": p.role, "centre": p.centre,
                 "active": p.active, "telegram": p.has_telegram}
                for p in everybody
            ]
        )  # fmt: skip
        return
    for p in everybody:
        reach = "Telegram" if p.has_telegram else "no way to page"
        click.echo(f"{p.name:24} {p.role:11} {p.centre:22} {reach if p.active else 'left'}")


@staff.command()
@click.argument("name")
def invite(name: str) -> None:
    """Print a one-time link by which NAME sets a password and a code app; it lasts 24 hours.

    It also serves somebody who lost either: using it replaces both and ends their sessions.
    """
    opened = house()
    token = access.invite(opened.desk, name)
    if token is None:
        refuse(f"There is no {name} among the staff: see `hotline staff list`.")
    running = place.read_running(opened.settings.data)
    base = opened.settings.public_url or (running.url if running else opened.public_url)
    click.echo(f"{base.rstrip('/')}/desk/welcome/{token}")


@staff.command()
@click.argument("name")
def code(name: str) -> None:
    """Print the sign-in code of NAME. In the demo only, where there is no code app."""
    opened = house()
    if opened.settings.has_provider and not opened.settings.only_stand_ins:
        refuse("Codes are printed in the demo only; NAME's own code app shows theirs.")
    shown = access.code_now(opened.desk, name)
    if shown is None:
        refuse(f"{name} has no password yet: see `hotline staff invite {name}`.")
    click.echo(shown)


@staff.command()
@click.argument("name")
def remove(name: str) -> None:
    """NAME leaves: no page reaches them any more and their tickets return to the queue."""
    if roster.remove(house().desk, name) is None:
        refuse(f"There is no {name} among the staff: see `hotline staff list`.")
    click.echo(f"{name} has left; tickets that were theirs wait in the queue again.")


@click.group()
def centre() -> None:
    """List centres and set what only the operator knows of them."""


@centre.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_centres(as_json: bool) -> None:
    """The 63 service points, the three regional desks and the national one."""
    opened = house()
    with opened.desk.db.read() as tx:
        settings = people.centre_settings(tx)
        manned = people.manned(tx)
    rows = []
    for code, point in places.SERVICE_POINTS.items():
        known = settings.get(code, {})
        rows.append(
            {
                "code": code,
                "name": known.get("name") or point.name,
                "town": point.town,
                "province": point.province,
                "on_call": code in manned,
                "telegram_words": bool(known.get("telegram_words")),
                "hours": known.get("hours"),
            }
        )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        shift = "on call" if row["on_call"] else "-"
        click.echo(f"{row['code']:20} {row['province'] or '':16} {row['name']:28} {shift}")


@centre.command("set")
@click.argument("code")
@click.option("--name", help="The centre's own name.")
@click.option(
    "--telegram-words/--no-telegram-words",
    default=None,
    help="Whether senders' words may be shown to its staff in Telegram.",
)
@click.option(
    "--hours",
    "setting",
    help='When its desk reads, as "mon-fri 07:00-17:00; sat 07:00-11:00; holidays closed"; '
    '"always" for day and night.',
)
def set_centre(
    code: str, name: str | None, telegram_words: bool | None, setting: str | None
) -> None:
    """Set what is asked for and leave the rest."""
    always = setting == "always"
    if setting is not None and not always:
        try:
            hours.parse(setting)
        except hours.BadHours as error:
            refuse(str(error))
    if code not in places.SERVICE_POINTS:
        refuse(f"{code} is no centre: see `hotline centre list`.")
    desk = house().desk
    with desk.db.write() as tx:
        known = people.centre_settings(tx).get(code, {})
        words = known.get("telegram_words", 0) if telegram_words is None else telegram_words
        people.set_centre(tx, code, name or known.get("name"), bool(words))
        if setting is not None:
            people.set_hours(tx, code, None if always else setting[: hours.LONGEST])
        audit.write(tx, desk.now(), "operator", "centre_set", f"centres:{code}",
                    telegram_words=bool(words))  # fmt: skip
    click.echo(f"{code} is set.")


@centre.group("focal")
def focal_points() -> None:
    """Focal persons and support groups under a centre; nothing is handed to them by itself."""


@focal_points.command("add")
@click.argument("code")
@click.argument("commune")
@click.argument("name")
@click.option("--kind", type=click.Choice(focal.KINDS), default=focal.KINDS[0], show_default=True)
@click.option("--phone", help="Their phone; sealed, as the name is.")
def add_focal(code: str, commune: str, name: str, kind: str, phone: str | None) -> None:
    """Add NAME in COMMUNE under the centre CODE. Prints the id."""
    added = focal.add(house().desk, code, commune, kind, name, phone)
    if isinstance(added, focal.NotAdded):
        refuse(added.why)
    click.echo(added.id)


@focal_points.command("list")
@click.option("--centre", "code", help="Only those of this centre.")
@click.option("--json", "as_json", is_flag=True)
def list_focal(code: str | None, as_json: bool) -> None:
    """All of them, with names and phones. The look is written to the audit."""
    points = focal.listed(house().desk, code)
    if as_json:
        print_json(
            [
                {"id": p.id, "centre": p.centre, "commune": p.commune, "kind": p.kind,
                 "name": p.name, "phone": p.phone}
                for p in points
            ]
        )  # fmt: skip
        return
    for p in points:
        click.echo(f"{p.id}  {p.centre:20} {p.commune:20} {p.kind:14} {p.name}  {p.phone or ''}")


@focal_points.command("remove")
@click.argument("point")
def remove_focal(point: str) -> None:
    """Remove one by its id."""
    if not focal.remove(house().desk, point):
        refuse(f"There is no {point}: see `hotline centre focal list`.")
    click.echo("Removed.")
