"""What `monitor check` tells beyond faults: rules that can never fire, and each source tried once."""

from datetime import datetime
from typing import Any

from monitor.alerts import rules as alert_rules
from monitor.config import Config
from monitor.model import Source, SourceState
from monitor.run import watch
from monitor.run.polling import Means, poll
from monitor.run.service import means_of


def warnings(config: Config) -> list[str]:
    """Sentences about what is allowed and yet hardly meant."""
    resolved = watch.resolved(config.rules, config.watch)
    told = list(watch.faults(config))
    told += [f'alerts "{rule.name}" can never fire: {why}' for rule, why in alert_rules.never(resolved)]
    told += [f'alerts "{rule.name}" is swallowed by "{wider.name}"' for rule, wider in alert_rules.swallowed(resolved)]
    if not config.sources:
        told.append("there are no sources: nothing will be read")
    if config.rules and config.digest is None:
        told.append("there is no [digest]: nobody is told when a source goes quiet")
    return told


async def online_report(config: Config, now: datetime) -> list[dict[str, Any]]:
    """One row a source: what a poll gives. Stores nothing."""
    async with means_of(config) as means:
        return [await tried(source, means, now) for source in config.sources]


async def tried(source: Source, means: Means, now: datetime) -> dict[str, Any]:
    asked = await poll(source, SourceState(name=source.name), means, now)
    newest = max((item.published for item in asked.items if item.published), default=None)
    outcome = "failed" if asked.outcome == "failed" else "ok"
    return {"source": source.name, "outcome": outcome, "items": len(asked.items), "newest": newest, "detail": asked.detail}
