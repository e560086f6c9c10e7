"""docs/webhooks.md: its examples verify what the channel sends, and its tables say what the code does."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from support import delivery, message
from test_alert_message import SCHEMA, VALID
from test_alert_webhook import OLD, SECRET, send

from monitor.alerts.channels import webhook

TEXT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@contextmanager
def running(command: list[str], code: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The example as a process of its own, once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "MONITOR_SECRET": SECRET, "PORT": str(port)}
    process = subprocess.Popen([*command, str(code)], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/hook", process
    finally:
        process.kill()
        process.wait()


COMMANDS = {"python": [sys.executable], "javascript": [shutil.which("node") or ""]}


@pytest.mark.parametrize("language", COMMANDS)
def test_an_example_verifies_keeps_once_and_rejects(language: str, tmp_path: Path) -> None:
    """Two attempts of one message are printed once; a wrong secret and an old timestamp are answered 401."""
    if not COMMANDS[language][0]:
        pytest.skip("node is not installed")
    code = tmp_path / "receiver.txt"
    code = code.with_suffix({"python": ".py", "javascript": ".cjs"}[language])
    code.write_text(block(language), encoding="utf-8")
    one = delivery(message=message(data={"link": "https://monitor.example/events/e1", "trimmed": [], "quote": "暂停"}))
    with running(COMMANDS[language], code) as (url, process):
        now = datetime.now(UTC)
        said = [send(url, now, one), send(url, now, one), send(url, now, one, secret=OLD), send(url, now, one, secret=OLD, old_secret=SECRET)]
        late = send(url, datetime(2025, 1, 1, tzinfo=UTC), one)
        process.kill()
        printed = process.communicate()[0]
    assert [outcome.said if hasattr(outcome, "said") else outcome.why for outcome in (*said, late)] == [
        "answered 204 No Content", "answered 204 No Content", "answered 401 Unauthorized", "answered 204 No Content", "answered 401 Unauthorized",
    ]  # fmt: skip
    assert printed == "event.new https://monitor.example/events/e1\n"


def test_the_body_shown_is_valid() -> None:
    VALID.validate(json.loads(block("json")))


def test_every_type_is_told() -> None:
    table = TEXT.partition("| type | when |")[2].partition("\n- ")[0]
    assert set(re.findall(r"`([a-z]+\.[a-z]+|digest)`", table)) - {"change.field"} == set(SCHEMA["properties"]["type"]["enum"])


def test_every_option_of_the_example_exists() -> None:
    keys = set(re.findall(r"^#? ?([a-z_]+) = ", block("toml"), re.MULTILINE)) - {"kind"}
    assert {key.removesuffix("_env") for key in keys} <= set(webhook.Options.__dataclass_fields__)


def test_the_client_handed_down_is_not_closed() -> None:
    """A channel borrows the client: it can be used again afterwards."""

    async def twice() -> bool:
        async with httpx.AsyncClient() as client:
            options = webhook.Options(url="http://127.0.0.1:9/", secret=SECRET)
            await webhook.send(options, delivery(), client, datetime.now(UTC))
            return client.is_closed

    assert asyncio.run(twice()) is False
