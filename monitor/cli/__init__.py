"""The commands. Each loads its room only when it runs, so that `monitor --help` and `monitor search` start at once."""

import importlib
import sys
from collections.abc import Sequence

import click

from monitor import __version__
from monitor.errors import MonitorError

# name -> (module, sentence for the overview); tests hold the sentences against the commands themselves.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Run the main job on the bundled newsroom and say where to look."),
    "init": ("service", "Write a commented config.toml to start from."),
    "check": ("service", "Say everything that is wrong with a config.toml."),
    "run": ("service", "Run the service: poll, extract, merge, alert, deliver, digest."),
    "sources": ("service", "Show the health of every source."),
    "opml": ("service", "Move subscriptions in and out as OPML."),
    "extract": ("extraction", "Tag documents and print their events as JSON lines."),
    "evaluate": ("extraction", "Measure the extractor against annotated documents."),
    "search": ("history", "Search the event history."),
    "show": ("history", "Show one event: its life, claims, evidence and judgements."),
    "state": ("history", "Tell the state of measures on any date, as known on any date."),
    "instruments": ("history", "Show the register of legal instruments, or the life of one."),
    "deadlines": ("history", "List what falls due."),
    "judge": ("history", "Correct the history: merge, split or retract."),
    "digest": ("alerts", "Print or send the digest."),
    "alerts": ("alerts", "List the alerts that were raised."),
    "deliveries": ("alerts", "List what was sent, is waiting, or failed."),
    "redeliver": ("alerts", "Send a delivery again."),
    "replay": ("alerts", "Rehearse rules or documents; sends nothing."),
    "serve": ("service", "Serve the analysts' pages and the HTTP API."),
    "export": ("exits", "Write events or mentions as CSV, JSON lines or Parquet."),
    "backup": ("exits", "Write a consistent copy of the database."),
}


class Commands(click.Group):
    """A group that knows its commands' names and sentences without loading them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's shape
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"monitor.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        from monitor.options import nearest

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f'there is no command "{args[0]}"{nearest(args[0], COMMANDS) or "."} "monitor --help" lists them')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's shape
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="monitor")
def group() -> None:
    """Monitor rare-earth export licensing: feeds and ministry notices in, one event history, alerts on what really changed.

    Start with "monitor demo", then "monitor init" and "monitor run".
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; an error is one sentence on stderr, exit 2 for bad input or configuration and 1 for failed work."""
    try:
        group.main(args=arguments, prog_name="monitor", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except MonitorError as error:
        click.echo(f"monitor: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
