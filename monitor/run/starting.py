"""Starting and ending the service: log lines, the lock, one round or many."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.config import Config
from monitor.run.desk import Counts
from monitor.run.lock import only_service
from monitor.run.opening import open_history
from monitor.run.service import service, utc_now

STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """One event a line: `key=value` pairs for people, JSON for machines."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        extra = {k: v for k, v in vars(record).items() if k not in STANDARD and v not in ("", None)}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **extra}
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        if self.as_json:
            return json.dumps(told, ensure_ascii=False, default=str)
        return f"{at} {told['event']} " + " ".join(
            f"{k}={json.dumps(v, ensure_ascii=False, default=str)}" for k, v in told.items() if k not in ("at", "event", "level")
        )


def log_to_stderr(as_json: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(as_json))
    logger = logging.getLogger("monitor")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)


def run_service(config: Config, *, once: bool, log_format: str = "text", as_if: datetime | None = None) -> Counts:
    """Run one round, or until SIGTERM. Raises Failed when another service holds the database.

    `as_if` is a rehearsal: the service's clock starts there and runs on.
    """
    log_to_stderr(log_format == "json")
    ahead = as_if - utc_now() if as_if else timedelta(0)
    return asyncio.run(running(config, once, lambda: utc_now() + ahead))


async def running(config: Config, once: bool, clock: Callable[[], datetime]) -> Counts:
    with only_service(config.database), open_history(config.database, clock()) as database:
        async with service(config, database, clock) as conductor:
            if once:
                return await conductor.round()
            await conductor.forever()
            return conductor.counts


def account(counts: Counts) -> str:
    """What a round did, in one paragraph."""
    told = asdict(counts)
    polled = told["sources"]
    sent = told["deliveries"]
    return (
        f"{sum(polled.values())} sources asked: {polled['changed']} changed, {polled['unchanged']} unchanged, {polled['failed']} failed. "
        f"{told['items']} new items, {told['articles']} articles read, {told['mentions']} event mentions, "
        f"{told['changes']} changes, {told['alerts']} alerts. "
        f"Deliveries: {sent.get('delivered', 0)} delivered, {sent.get('later', 0)} to be tried again, {sent.get('failed', 0)} given up."
    )
