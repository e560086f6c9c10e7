"""The command demo, and the account it prints."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from monitor.demo.demo import Day

WIDTH = 110
ITEMS = {"known": "shown again, not read again", "unchanged": "read again, the same text", "nothing to read": "holds no text"}


@click.command()
@click.option("--database", default="demo.db", show_default=True, type=click.Path(path_type=Path, dir_okay=False), help="Made anew each time.")
def demo(database: Path) -> None:
    """Run the main job on the bundled newsroom and say where to look.

    Twelve sources are served on loopback over three scripted days; every stage runs into the database, a receiver and a mail server
    that the demo starts take the webhooks and the digests. Ends by itself within a minute and needs no network.
    """
    from monitor.demo.demo import run_demo

    click.secho("Three days in a newsroom of twelve sources, on loopback.", bold=True)
    days, folder = run_demo(database.absolute())
    for number, day in enumerate(days, 1):
        tell(number, day)
    where(database, folder)


def tell(number: int, day: "Day") -> None:
    polled = day.counts.sources
    click.secho(f"\nDay {number}: {day.now:%A, %d %B %Y}", bold=True)
    click.echo(
        f"  {sum(polled.values())} sources asked ({polled['changed']} had something, {polled['unchanged']} unchanged, {polled['failed']} failed), "
        f"{day.counts.articles} articles read, {day.counts.mentions} event mentions found."
    )
    for name, message in day.failing:
        click.secho(f"  ! {name}: {clipped(message)}", fg="yellow")
    for outcome, count in day.items.items():
        if outcome not in ("new", "revised"):
            click.echo(f"  - {count} × {clipped(ITEMS.get(outcome, outcome))}")
    for outlet in day.undated:
        click.echo(f"  - {outlet}: its date lies in the future and is not believed; unknown stays unknown")
    click.echo(f"  What really changed ({len(day.changes)}):")
    for change, event, quote, outlet in day.changes:
        click.secho(f"    [{change.severity}] {label(event.type, event.jurisdictions, event.materials)}: {change.reason}", fg="green")
        if quote:
            click.echo(f"       “{clipped(quote)}” ({outlet})")
    if not day.changes:
        click.echo("    nothing")
    click.echo(f"  Alerts: {day.counts.alerts} raised, {day.webhooks} signed webhooks received.")
    if day.quiet:
        click.echo(f"  Held back: {'; '.join(f'{count} × {reason}' for reason, count in day.quiet)}.")
    for subject in day.mails:
        click.echo(f"  Mail: {subject}")


def label(kind: str, jurisdictions: tuple[str, ...], materials: tuple[str, ...]) -> str:
    words = [
        kind.replace("_", " "),
        "/".join(jurisdictions),
        ", ".join(m.replace("_", " ") for m in materials[:4]) + (" …" if len(materials) > 4 else ""),
    ]
    return " · ".join(word for word in words if word)


def clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def where(database: Path, folder: Path) -> None:
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    click.secho("\nWhere to look", bold=True)
    for line in (
        f"{database}                the history; any SQLite tool opens it (views: events, mentions, articles, alerts)",
        f"{shown}/digest.html      the digest of all three days; {shown}/digest-*.eml are the mails as they were sent",
        f"{shown}/webhooks.jsonl   what the receiver got",
        f"{shown}/config.toml      the configuration that did it",
        f"monitor search --database {database} suspended",
        f"monitor state --database {database} --material dysprosium --jurisdiction CN --destination EU --as-of 2025-11-15",
        f"monitor serve --config {shown}/config.toml   the analysts' pages",
    ):
        click.echo(f"  {line}")
