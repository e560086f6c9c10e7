"""Commands of alerts and deliveries: digest, alerts, deliveries, redeliver, replay."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click

from monitor.cli.common import configuration, day, history, json_option, placed, print_json, print_json_lines, print_table
from monitor.errors import BadInput


@click.command()
@placed
@click.option("--since", metavar="DATE", help="First day; yesterday when left out.")
@click.option("--until", metavar="DATE", help="Last day; today when left out.")
@click.option("--format", "kind", type=click.Choice(["html", "text", "json"]), default="text", show_default=True)
@click.option("--send", is_flag=True, help="Send it now through the digest's channels.")
def digest(config: Path | None, database: Path | None, since: str | None, until: str | None, kind: str, send: bool) -> None:
    """Print or send the digest.

    What changed, what falls due, which sources went quiet, what could not be delivered.
    """
    from monitor.run import digesting

    loaded = configuration(config, database)
    now = datetime.now(UTC)
    last = day(until, "--until") or now.astimezone(loaded.zone).date()
    first = day(since, "--since") or last - timedelta(days=1)
    if first > last:
        raise BadInput(f"--since {first} is after --until {last}")
    start, end = (datetime.combine(d, time(), loaded.zone).astimezone(UTC) for d in (first, last + timedelta(days=1)))
    with history(config, database) as stored:
        made = digesting.made_of(stored, loaded, start, min(end, now) if end > now else end, now)
        click.echo(digesting.rendered(made, kind), nl=False)
        if send:
            sent = digesting.send_now(stored, loaded, made, now)
            click.echo(f"sent through {', '.join(sent)}" if sent else "nothing was sent: [digest] names no channel", err=True)


@click.command()
@placed
@click.option("--since", metavar="DATE", help="Since this day.")
@click.option("--limit", default=50, show_default=True)
@json_option
def alerts(config: Path | None, database: Path | None, since: str | None, limit: int, as_json: bool) -> None:
    """List the alerts that were raised.

    Each with its rule, its severity and why it was raised, the newest first.
    """
    first = day(since, "--since")
    start = datetime.combine(first, time(), UTC) if first else None
    with history(config, database) as stored:
        found = stored.outbox.alerts(since=start, limit=limit)
    if as_json:
        print_json_lines(found)
    else:
        print_table(
            ("at", "severity", "rule", "why", "event", "id"), [(a.at, a.severity, a.rule, a.reason, a.event, a.id) for a in found], empty="no alerts"
        )


@click.command()
@placed
@click.option("--failed", is_flag=True, help="Only those that were given up.")
@click.option("--limit", default=50, show_default=True)
@json_option
def deliveries(config: Path | None, database: Path | None, failed: bool, limit: int, as_json: bool) -> None:
    """List what was sent, is waiting, or failed.

    With what the receiver said last; "monitor redeliver ID" sends one again.
    """
    with history(config, database) as stored:
        found = stored.outbox.deliveries("failed" if failed else None, limit=limit)
    if as_json:
        print_json_lines(found)
    else:
        rows = [(d.created, d.channel, d.recipient, d.status, d.attempt, d.message.subject, d.said, d.id) for d in found]
        print_table(("created", "channel", "to", "status", "tries", "what", "said", "id"), rows, empty="no deliveries")


@click.command()
@click.argument("delivery_id", metavar="ID")
@placed
def redeliver(delivery_id: str, config: Path | None, database: Path | None) -> None:
    """Send a delivery again.

    It keeps its id, so a receiver that has it can tell; the running service sends it at its next look, "monitor run --once" at once.
    """
    from monitor.run.delivering import enable

    with history(config, database) as stored, stored.transaction():
        again = stored.outbox.redeliver(delivery_id, datetime.now(UTC))
        enable(stored, again.channel)
    click.echo(f"{again.id} is due again through {again.channel}.")


@click.command()
@placed
@click.option("--rules", type=click.Path(exists=True, path_type=Path, dir_okay=False), help="A config.toml whose [[alerts]] are rehearsed.")
@click.option("--since", metavar="DATE", help="Since this day; a year ago when left out.")
@click.option("--until", metavar="DATE", help="Until this day.")
@click.option(
    "--documents", type=click.Path(exists=True, path_type=Path, dir_okay=False), help="Rehearse a stream of documents (JSON lines) instead."
)
@click.option("--gold", is_flag=True, help="With --documents: take the documents' own events as the mentions.")
@click.option("--known-before", metavar="DATE", help="With --documents: the register knows only acts before this day.")
@json_option
def replay(
    config: Path | None, database: Path | None, rules: Path | None, since: str | None, until: str | None,
    documents: Path | None, gold: bool, known_before: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Rehearse rules or documents; sends nothing.

    Without --documents: what the rules would have raised over the stored history. With --documents: a stream of documents is read
    in order into a history that lives in memory and knows the register; one line a document with its events and alerts.
    """
    from monitor.run import rehearsing

    if documents is not None:
        print_json_lines(rehearsing.stream(documents, gold=gold, known_before=day(known_before, "--known-before")))
        return
    loaded = configuration(rules or config, database)
    now = datetime.now(UTC)
    first = day(since, "--since") or (now - timedelta(days=365)).date()
    last = day(until, "--until") or now.date()
    with history(config, database) as stored:
        raised = rehearsing.rules(stored, loaded, first, last)
    if as_json:
        print_json(raised)
    else:
        print_table(
            ("day", "rule", "severity", "change", "event", "why"),
            [tuple(row.values()) for row in raised],
            empty="these rules would have raised nothing",
        )
