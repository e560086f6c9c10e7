"""How long it takes to judge one new mention against a long history: `python benchmarks/judging.py [MENTIONS...]` (10000 50000 200000).

The history is made up: acts of ten governments over three years on forty materials, each told once to a hundred times, as newsrooms tell them.
Milliseconds are of processor time, the look-up of the candidates included.
"""

import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

from monitor.history import merge, register
from monitor.history.memory import Memory
from monitor.model import Event, Mention, Span, Witness

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 1095
PLACES = ["CN"] * 10 + ["US"] * 5 + ["EU"] * 3 + ["JP", "IN", "AU", "CD", "ID", "MY", "VN"]
KINDS = ["control_introduced", "export_banned", "licence_granted", "licence_delayed", "licence_rules_changed", "agreement_reached", "position_stated",
    "supply_supported", "supply_disrupted", "entity_listed", "tariff_changed", "control_suspended"]  # fmt: skip
GOODS = (
    ["rare_earths"] * 6
    + ["rare_earth_magnets"] * 3
    + ["dysprosium", "terbium", "gallium", "germanium", "antimony", "graphite", "tungsten", "cobalt", "nickel"]
)
WORDS = [f"word{at}" for at in range(4000)]


def act(chance: random.Random, at: int) -> Event:
    """A made-up act as the history would have folded it."""
    known = START + timedelta(days=chance.uniform(0, DAYS))
    return Event(
        id=f"ev-{at}", type=chance.choice(KINDS), jurisdictions=(chance.choice(PLACES),), materials=tuple({chance.choice(GOODS) for _ in range(2)}),
        date=known.date().isoformat() if chance.random() < 0.7 else None, known=known, last_seen=known,
        mentions=min(100, int(chance.paretovariate(1.0))), summary=" ".join(chance.choices(WORDS, k=20)),
    )  # fmt: skip


def filled(mentions: int) -> tuple[Memory, list[Event]]:
    """A history of about so many mentions."""
    chance, memory, events, count = random.Random(1), Memory(register.baseline()), [], 0
    while count < mentions:
        events.append(act(chance, len(events)))
        count += events[-1].mentions
        memory.save_event(events[-1], merge.keys(events[-1]))
    return memory, events


def probe(chance: random.Random, event: Event, at: int) -> Witness:
    """A new mention of an act: as its news, or as a recap with a vague date or none."""
    assert event.known
    recap = chance.random() < 0.5
    date = chance.choice([event.date, (event.date or "")[:7] or None, (event.date or "")[:4] or None, None]) if recap else event.date
    quote = " ".join(chance.choices(WORDS, k=15))
    seen = event.known + timedelta(days=chance.uniform(0, 200 if recap else 3))
    mention = Mention(
        id=f"m-{at}", article=f"a-{at}", type=event.type, focus="background" if recap else "news", jurisdictions=event.jurisdictions,
        materials=event.materials, date=date, evidence=(Span(start=0, end=len(quote), quote=quote),),
    )  # fmt: skip
    return Witness(mention=mention, outlet="bench", url="", official=False, published=seen, seen=seen)


def main(*sizes: str) -> None:
    print(f"{'mentions':>9} {'events':>8} {'candidates':>10} {'median ms':>10} {'p95 ms':>8} {'worst ms':>9}")
    for size in map(int, sizes or ("10000", "50000", "200000")):
        memory, events = filled(size)
        chance, took, pools = random.Random(2), [], []
        for at in range(400):
            witness = probe(chance, chance.choice(events), at)
            start = time.process_time()
            candidates = memory.candidates(merge.keys(witness))
            merge.judge(witness, candidates, witness.seen)
            took.append((time.process_time() - start) * 1000)
            pools.append(len(candidates))
        took.sort()
        middle, high = statistics.median(took), took[int(0.95 * len(took))]
        print(f"{size:9} {len(events):8} {statistics.median(pools):10.0f} {middle:10.2f} {high:8.2f} {took[-1]:9.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
