"""How grave a change is: a sum over the documented table `models/register/severity.toml`, which names its reasons."""

from monitor.history import materials, shelf
from monitor.model import SEVERITIES, ChangeField, Event, Severity


def of(field: ChangeField, event: Event) -> tuple[Severity, str]:
    """(severity, reason) of a change of `field` that leaves `event` as it now is."""
    table = shelf.table("severity.toml")
    counted = [(f"type {event.type}", table["type"][event.type])]
    if supplies(event):
        counted.append(("a main supplier of what many buy", table["supply"]["step"]))
    for name, value in (("status", event.status), ("certainty", event.certainty), ("direction", event.direction), ("change", field)):
        counted.append((f"{name} {value}", table[name].get(value, 0)))
    total = max(0, min(len(SEVERITIES) - 1, sum(step for _, step in counted)))
    return SEVERITIES[total], ", ".join(f"{why} ({step:+d})" for why, step in counted if step)


def supplies(event: Event) -> bool:
    """Whether the act is of a government and about materials on which much of the world depends."""
    table = shelf.table("severity.toml")["supply"]
    covered = frozenset().union(*(materials.members(one) for one in table["materials"]))
    touched = bool(covered & set(event.materials))
    return event.type in table["types"] and bool(set(table["jurisdictions"]) & set(event.jurisdictions)) and touched
