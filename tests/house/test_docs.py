"""The documentation says what the program does: its commands, settings and paths are held here."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import click
import pytest

from monitor.cli import COMMANDS, group

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["configuration.md", "commands.md"])
def test_the_reference_is_what_the_program_says(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == reference().PAGES[page](), f"run: python docs/reference.py (docs/{page} is stale)"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_tells_each_command_as_the_command_does(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert (command.help or "").strip().splitlines()[0] == COMMANDS[name][1]


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.name)
def test_commands_in_the_docs_exist(page: Path) -> None:
    """Every `monitor WORD` in a code span or block is a command, and every --option of it is one of its options."""
    context = click.Context(group)
    for line in code(page.read_text(encoding="utf-8")):
        for name, rest in re.findall(r"(?:^|[\s/])monitor ([a-z]+)([^`|#\n]*)", line):
            command = group.get_command(context, name)
            assert command is not None, f"{page.name}: there is no command {name!r}: {line}"
            within = (command, *getattr(command, "commands", {}).values())
            known = {"--help", "-h"} | {option for one in within for p in one.params for option in p.opts}
            assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known, f"{page.name}: {line}"


def code(text: str) -> list[str]:
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links {target}"


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.name)
def test_make_targets_in_the_docs_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for line in code(page.read_text(encoding="utf-8")) for name in re.findall(r"(?:^|\s)make ([a-z-]+)", line)}
    assert named <= targets, f"{page.name} names make {named - targets}"
