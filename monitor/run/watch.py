"""What `watch` means in the rules: the names of [watch], and what contains or belongs to them. Pure."""

from dataclasses import replace

from monitor.config import Config, WatchOptions
from monitor.history import materials
from monitor.model import Rule


def resolved(rules: tuple[Rule, ...], watch: WatchOptions) -> tuple[Rule, ...]:
    """The rules with "watch" replaced by what it stands for, and materials widened to what contains or belongs to them."""
    return tuple(
        replace(
            rule,
            materials=tuple(sorted(materials.expand(named(rule.materials, watch.materials)))),
            jurisdictions=named(rule.jurisdictions, watch.jurisdictions),
            destinations=named(rule.destinations, watch.destinations),
            companies=named(rule.companies, watch.companies),
        )
        for rule in rules
    )


def named(values: tuple[str, ...], watched: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for value in values for v in (watched if value == "watch" else (value,))))


def faults(config: Config) -> tuple[str, ...]:
    """Rules that say "watch" where [watch] lists nothing: they would match everything, which nobody means."""
    return tuple(
        f'alerts "{rule.name}": {field} says "watch", but [watch] lists no {field}'
        for rule in config.rules
        for field in ("materials", "jurisdictions", "destinations", "companies")
        if "watch" in getattr(rule, field) and not getattr(config.watch, field)
    )
