"""Features of the stages of an act: planned, announced, reported, confirmed, carried out, denied. Each is 0 to 1 for a mention and an event."""

from monitor.history.about import destinations_apart, materials_differ, recipients_apart, scheme_shared
from monitor.history.sides import Side, age, once


@once
def status_same(m: Side, e: Side) -> float:
    """News of the same stage: planned, announced or in force."""
    return float(m.fields.focus == "news" and m.fields.status == e.fields.status)


@once
def carried_out(m: Side, e: Side) -> float:
    """What was planned or announced in the last two months is one step further."""
    steps = ("planned", "announced", "in_force")
    days = age(m, e)
    on = m.fields.status in steps and e.fields.status in steps and steps.index(m.fields.status) > steps.index(e.fields.status)
    fresh = days is not None and 0 <= days <= 62 and m.fields.focus == "news"
    return float(on and fresh and not (destinations_apart(m, e) or materials_differ(m, e)))


def only_pending(_: Side, e: Side) -> float:
    """No other planned or announced act waits for this step."""
    return float(e.pending == 1)


@once
def confirmation(m: Side, e: Side) -> float:
    """What was only reported in the last month is news of the body that acts."""
    days = age(m, e)
    sure = m.fields.certainty == "confirmed" and m.fields.focus == "news" and bool(m.people) and m.fields.status == "in_force"
    return float(
        sure
        and e.fields.certainty == "reported"
        and days is not None
        and 0 <= days <= 31
        and not (destinations_apart(m, e) or materials_differ(m, e))
    )


def scheme_confirmed(m: Side, e: Side) -> float:
    """What was reported of a licence scheme in the last month is confirmed by the body that acts."""
    return confirmation(m, e) * scheme_shared(m, e) * float(not recipients_apart(m, e))


def denial(m: Side, e: Side) -> float:
    """What was asserted in the last two weeks is denied."""
    days = age(m, e)
    recent = days is not None and 0 <= days <= 14
    return float(m.fields.status == "denied" and recent and not (destinations_apart(m, e) or materials_differ(m, e)))


@once
def further(m: Side, e: Side) -> bool:
    """Whether the mention carries out or confirms what the event planned or reported: then another day says nothing against it."""
    return bool(carried_out(m, e) or confirmation(m, e))


def not_yet(m: Side, e: Side) -> float:
    """The mention says that it is done, and the event comes days later."""
    days = age(m, e)
    return float(days is not None and days < -2 and m.fields.status == "in_force")


def foreseen(m: Side, e: Side) -> float:
    """The mention expects or announces something, and the event comes within two months."""
    days = age(m, e)
    return float(days is not None and -62 <= days < -2 and m.fields.status in ("planned", "announced"))


def planned_after(m: Side, e: Side) -> float:
    """A plan is told of what was done days ago: a proposal and its adoption are two."""
    days = age(m, e)
    return float(m.fields.status == "planned" and e.fields.status in ("in_force", "announced") and days is not None and days > 3)


def adopted_after(m: Side, e: Side) -> float:
    """What was planned months ago is told as done."""
    days = age(m, e)
    return float(e.fields.status == "planned" and m.fields.status in ("in_force", "announced") and days is not None and days > 62)
