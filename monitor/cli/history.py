"""Commands of the event history: search, show, state, instruments, deadlines, judge."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.common import base_url, day, history, json_option, known_name, placed, print_csv, print_json, print_json_lines, print_table
from monitor.errors import BadInput
from monitor.model import EVENT_TYPES, Cell, Event
from monitor.vocabulary import JURISDICTIONS, MATERIALS

COLUMNS = tuple("id type status certainty date effective until jurisdictions destinations materials instrument summary mentions".split())


@click.command()
@click.argument("words", nargs=-1)
@placed
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Event type, such as control_suspended; may be repeated, as most options here.")
@click.option("--material", "materials", multiple=True, metavar="ID", help="Material, such as dysprosium.")
@click.option("--jurisdiction", "jurisdictions", multiple=True, metavar="CODE", help="Whose act it is, such as CN or EU.")
@click.option("--destination", "destinations", multiple=True, metavar="CODE", help="Whose buyers it singles out.")
@click.option("--company", "companies", multiple=True, metavar="NAME", help="A firm or body among actors and recipients.")
@click.option("--instrument", metavar="TEXT", help='A legal instrument, such as "No. 61 of 2025".')
@click.option("--status", type=click.Choice(["in_force", "announced", "planned", "denied"]))
@click.option("--since", metavar="DATE", help="On or after this day, month or year.")
@click.option("--until", metavar="DATE", help="On or before it.")
@click.option("--limit", default=50, show_default=True, help="Most events to print.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def search(words: tuple[str, ...], config: Path | None, database: Path | None, limit: int, as_csv: bool, as_json: bool, **filters: Any) -> None:
    """Search the event history.

    WORDS may be English or Chinese, "quoted phrases", prefix*, -without, and field:value such as material:terbium or
    type:licence_granted. Without words, the newest events come first. With --json, one event a line.

    \b
    Examples:
      monitor search general licence --jurisdiction CN
      monitor search 镝 --type control_introduced --json
    """
    from monitor.store import Query

    checked(filters)
    with history(config, database) as stored:
        page = stored.search(Query(words=" ".join(words), limit=limit, **filters))
    events = [row.event for row in page.rows]
    if as_json:
        print_json_lines(events)
    elif as_csv:
        print_csv([{name: getattr(event, name) for name in COLUMNS} for event in events], COLUMNS)
    else:
        rows = [(e.date or e.effective, e.type, e.jurisdictions, e.materials, e.status, e.summary, e.id) for e in events]
        print_table(("date", "type", "who", "materials", "status", "what", "id"), rows, empty="nothing found")
        if page.total > len(events):
            click.echo(f"{len(events)} of {page.total}; --limit shows more", err=True)


def checked(filters: dict[str, Any]) -> None:
    for option, names in (("types", EVENT_TYPES), ("materials", MATERIALS), ("jurisdictions", JURISDICTIONS), ("destinations", JURISDICTIONS)):
        for value in filters[option]:
            known_name(value, names, f"--{option.removesuffix('s')}")


@click.command()
@click.argument("event_id", metavar="ID")
@placed
@json_option
def show(event_id: str, config: Path | None, database: Path | None, as_json: bool) -> None:
    """Show one event: its life, claims, evidence and judgements.

    ID is the id that "monitor search" prints.
    """
    from monitor.run.telling import life, life_lines

    with history(config, database) as stored:
        told = life(stored, event_id)
    if told is None:
        raise BadInput(f'there is no event "{event_id}". "monitor search" prints ids')
    if as_json:
        print_json(told)
    else:
        for line in life_lines(told):
            click.echo(line)


@click.command()
@placed
@click.option("--material", metavar="ID", help="One material; all of the board when left out.")
@click.option("--jurisdiction", metavar="CODE", help="One issuing government.")
@click.option("--destination", metavar="CODE", help="Whose buyers; any when left out.")
@click.option("--as-of", metavar="DATE", default="today", show_default=True, help="The day that is asked about.")
@click.option("--known-at", metavar="DATE", default=None, help="Only what could be known by this day; today when left out.")
@json_option
def state(
    config: Path | None,
    database: Path | None,
    material: str | None,
    jurisdiction: str | None,
    destination: str | None,
    as_of: str,
    known_at: str | None,
    as_json: bool,
) -> None:
    """Tell the state of measures on any date, as known on any date.

    With a material and a jurisdiction, one cell with its measures, reasons and sentences; else the board. A window that has run out
    with no act known since is told as that, never as a return of the control.

    \b
    Example: monitor state --material dysprosium --jurisdiction CN --destination US --as-of 2025-11-15 --known-at 2025-11-15
    """
    from monitor.run.telling import board, cell, cell_json, cell_lines

    for option, value, names in (
        ("--material", material, MATERIALS),
        ("--jurisdiction", jurisdiction, JURISDICTIONS),
        ("--destination", destination, JURISDICTIONS),
    ):
        if value is not None:
            known_name(value, names, option)
    asked = day(as_of, "--as-of")
    known = day(known_at, "--known-at") or datetime.now(UTC).date()
    assert asked is not None
    with history(config, database) as stored:
        if material and jurisdiction:
            found = cell(stored, material, jurisdiction, destination, asked, known)
            told = cell_json(stored, found)
            if as_json:
                print_json(told)
            else:
                for line in cell_lines(told):
                    click.echo(line)
            return
        cells = [c for c in board(stored, destination, asked, known) if material in (None, c.material) and jurisdiction in (None, c.jurisdiction)]
        if as_json:
            print_json_lines(cell_json(stored, c) for c in cells)
        else:
            print_table(("material", "by", "verdict", "general licence", "measures"), map(board_row, cells), empty="no measure known")


def board_row(found: Cell) -> tuple[object, ...]:
    measures = [f"{s.measure.instrument or s.measure.event} {s.state}{f' until {s.until}' if s.until else ''}" for s in found.states]
    return found.material, found.jurisdiction, found.verdict, "yes" if found.general_licence else "", "; ".join(measures)


@click.command()
@click.argument("number", required=False)
@placed
@json_option
def instruments(number: str | None, config: Path | None, database: Path | None, as_json: bool) -> None:
    """Show the register of legal instruments, or the life of one.

    NUMBER is written as you like: 61, "No. 61 of 2025", 商务部公告2025年第61号.
    """
    from monitor.run.telling import instrument_life, instrument_lines, instrument_rows

    with history(config, database) as stored:
        if number is None:
            rows = instrument_rows(stored)
            if as_json:
                print_json_lines(rows)
            else:
                print_table(("instrument", "date", "type", "status", "event"), [tuple(row.values()) for row in rows], empty="no instrument known")
            return
        told = instrument_life(stored, number)
    if not told:
        raise BadInput(f'no instrument "{number}" is known. "monitor instruments" lists those that are')
    if as_json:
        print_json(told)
    else:
        for line in instrument_lines(told):
            click.echo(line)


@click.command()
@placed
@click.option("--days", default=60, show_default=True, help="How far ahead.")
@click.option("--ics", is_flag=True, help="Print an iCalendar file.")
@json_option
def deadlines(config: Path | None, database: Path | None, days: int, ics: bool, as_json: bool) -> None:
    """List what falls due.

    Entries into force and the ends of suspensions and terms, soonest first.
    """
    from monitor.run.telling import calendar, deadlines_ahead

    with history(config, database) as stored:
        due = deadlines_ahead(stored, datetime.now(UTC).date(), days)
    if ics:
        click.echo(calendar(due, base_url(config), datetime.now(UTC)), nl=False)
    elif as_json:
        print_json_lines(due)
    else:
        print_table(("day", "in days", "what", "event"), [(d["day"], d["days"], d["what"], d["event"]) for d in due], empty="nothing falls due")


@click.group()
def judge() -> None:
    """Correct the history: merge, split or retract.

    A correction is a judgement of its own: it wins over the machine's, survives re-extraction, and can be taken back.
    """


def correction(command: Any) -> Any:
    command = click.option("--why", required=True, help="The reason, kept with the judgement.")(command)
    command = click.option("--by", default=None, help="Who judges; else the account's name.")(command)
    return placed(json_option(command))


@judge.command()
@click.argument("event_id", metavar="EVENT")
@click.argument("into", metavar="INTO")
@correction
def merge(event_id: str, into: str, config: Path | None, database: Path | None, why: str, by: str | None, as_json: bool) -> None:
    """EVENT and INTO are one act: all mentions of EVENT now belong to INTO."""
    from monitor.run import judging

    with history(config, database) as stored:
        report(judging.merge(stored, event_id, into, why, judging.name(by), datetime.now(UTC)), as_json)


@judge.command()
@click.argument("mention_id", metavar="MENTION")
@correction
def split(mention_id: str, config: Path | None, database: Path | None, why: str, by: str | None, as_json: bool) -> None:
    """MENTION is an act of its own: it leaves its event and makes a new one."""
    from monitor.run import judging

    with history(config, database) as stored:
        report(judging.split(stored, mention_id, why, judging.name(by), datetime.now(UTC)), as_json)


@judge.command()
@click.argument("mention_id", metavar="MENTION")
@correction
def retract(mention_id: str, config: Path | None, database: Path | None, why: str, by: str | None, as_json: bool) -> None:
    """MENTION is no event: it belongs to none any more."""
    from monitor.run import judging

    with history(config, database) as stored:
        report(judging.retract(stored, mention_id, why, judging.name(by), datetime.now(UTC)), as_json)


def report(events: tuple[Event, ...], as_json: bool) -> None:
    if as_json:
        print_json_lines(events)
        return
    for event in events:
        click.echo(f"{event.id}: {event.type}, {event.mentions} mentions, {event.summary}")
