"""How long the state board takes over a long history: `python benchmarks/board.py [EVENTS] [MENTIONS]` (20000 200000).

A SQLite file is filled with made-up acts (those of judging.py) beside the register, each with its mentions. Then one cell and the whole board are
asked for, as known today and as known on a day in the past, as `monitor state` asks for them. Milliseconds are of processor time, the best of three.
"""

import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from judging import act

from monitor.history import merge
from monitor.model import Article, Judgement, Mention, Span
from monitor.run import telling
from monitor.run.opening import open_history

NOW = datetime(2027, 6, 1, tzinfo=UTC)
PAST = date(2025, 11, 15)
PER_ARTICLE = 10


def fill(database, events: int, mentions: int) -> None:
    """Made-up acts, each with a share of the mentions: one of its day, the others in the months after it."""
    chance, share, written = random.Random(1), max(1, mentions // events), 0
    with database.transaction():
        for at in range(events):
            made = act(chance, at)
            days = sorted(chance.uniform(0, 120) for _ in range(share - 1))
            told = replace(made, mentions=share, outlets=min(4, share), last_seen=made.known + timedelta(days=days[-1] if days else 0))
            database.history.save_event(told, merge.keys(told), told.summary)
            for ahead in (0.0, *days):
                known = made.known + timedelta(days=ahead)
                name = f"a-{written // PER_ARTICLE}-{at}"
                database.articles.add(
                    Article(id=name, source="bench", url=f"https://example.org/{name}", outlet=f"outlet {written % 7}", title="", text=name,
                        language="en", fetched=known, published=known)
                )  # fmt: skip
                quote = made.summary
                mention = Mention(
                    id=f"m-{written}", article=name, type=made.type, jurisdictions=made.jurisdictions, materials=made.materials, date=made.date,
                    evidence=(Span(start=0, end=len(quote), quote=quote),),
                )  # fmt: skip
                database.history.add_mention(mention)
                database.history.add_judgement(Judgement(id=f"j-{written}", mention=mention.id, event=made.id, by="machine", why="made up", at=known))
                written += 1


def best(work) -> float:
    """Milliseconds of the fastest of three runs."""
    took = []
    for _ in range(3):
        start = time.process_time()
        work()
        took.append((time.process_time() - start) * 1000)
    return min(took)


def main(events: str = "20000", mentions: str = "200000") -> None:
    with tempfile.TemporaryDirectory() as folder, open_history(Path(folder) / "bench.db", NOW) as database:
        fill(database, int(events), int(mentions))
        print({name: count for name, count in database.counts().items() if name in ("event", "mention", "judgement")})
        for label, known_at in (("today", NOW.date()), (f"as known on {PAST}", PAST)):
            one = best(lambda day=known_at: telling.cell(database, "dysprosium", "CN", "US", day, day))
            rare = best(lambda day=known_at: telling.cell(database, "tungsten", "JP", None, day, day))
            whole = best(lambda day=known_at: telling.board(database, "US", day, day))
            print(f"{label:24} cell of dysprosium from China {one:7.1f} ms   cell of tungsten from Japan {rare:7.1f} ms   board {whole:7.1f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
