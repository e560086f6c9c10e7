"""Commands of the extractor: extract, evaluate."""

from pathlib import Path

import click

from monitor.cli.common import json_option, print_json, print_json_lines


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=str), metavar="FILE...")
@click.option("--explain", is_flag=True, help="Say for each sentence what was found in it, by what, and why not more.")
def extract(files: tuple[str, ...], explain: bool) -> None:
    """Tag documents and print their events as JSON lines.

    FILE is JSON lines of documents ({"id", "title", "text", "published", ...}), an HTML page, plain text, or - for standard input.
    Each line printed is {"id", "events": [...]} with every field of an event, its evidence, and "cluster": the event of the
    shipped register that it is, where it is a known one. Touches no database.

    \b
    Examples:
      monitor extract notice.html
      monitor extract documents.jsonl > events.jsonl
      monitor extract --explain article.txt
    """
    from monitor.run.documents import explained, extracted

    print_json_lines(explained(files) if explain else extracted(files))


@click.command()
@click.argument("gold", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--update", is_flag=True, help="Raise the pinned floors to these figures; never lowers one.")
@json_option
def evaluate(gold: Path, update: bool, as_json: bool) -> None:
    """Measure the extractor against annotated documents.

    GOLD is JSON lines of documents with "events". Prints precision, recall and F1 with 95 % bootstrap intervals, per type, language
    and outlet style, and the share of right fields; exits 1 when a pinned floor of the shipped model is missed.
    """
    from monitor.run.evaluating import evaluated

    figures, lines, missed = evaluated(gold, update=update)
    if as_json:
        print_json(figures)
    else:
        for line in lines:
            click.echo(line)
    for line in missed:
        click.echo(line, err=True)
    if missed:
        raise click.exceptions.Exit(1)
