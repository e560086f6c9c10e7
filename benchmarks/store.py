"""How fast the store is on a grown history: python benchmarks/store.py FOLDER [--events 20000 --mentions 200000 --articles 200000]

Makes the database once in FOLDER through the store's own methods (and prints the rates of writing), then measures reading:
p50 and p95 of search with words, of facets, of candidates, of an event with its witnesses, in milliseconds.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import store
from monitor.model import EVENT_TYPES, Article, Event, Judgement, Mention, Span, digest

BEGIN = datetime(2015, 1, 1, tzinfo=UTC)
MATERIALS = ("dysprosium", "terbium", "neodymium", "ndfeb_magnets", "gallium", "germanium", "antimony", "graphite", "tungsten", "rare_earths")
PLACES = ("CN", "US", "EU", "JP", "KR", "AU", "VN", "MY", "IN", "CA")
PLAIN = "export licence control ministry commerce magnets announced shipments approved suspended quota tariff entity list talks supply rules".split()
CHINESE = ("稀土", "出口管制", "商务部公告", "许可证", "磁材", "暂停实施", "两用物项")
OUTLETS = tuple(f"Outlet {n}" for n in range(120))
SYLLABLES = tuple(a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "in"))


def vocabulary(dice: random.Random) -> tuple[str, ...]:
    return tuple("".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4))) for _ in range(20_000))


def sentence(dice: random.Random, rare: tuple[str, ...], length: int) -> str:
    """Words as in news: some in every tenth sentence, most almost never, now and then a Chinese phrase."""
    words = [dice.choice(PLAIN) if dice.random() < 0.4 else rare[int(dice.paretovariate(0.7)) % len(rare)] for _ in range(length)]
    return " ".join([*words, dice.choice(CHINESE)] if dice.random() < 0.2 else words)


def made_event(dice: random.Random, rare: tuple[str, ...], number: int, total: int) -> Event:
    known = BEGIN + timedelta(days=4000 * number / total)
    return Event(
        id=digest("event", number),
        type=dice.choice(EVENT_TYPES),
        summary=sentence(dice, rare, 18),
        materials=tuple(dice.sample(MATERIALS, dice.randint(1, 3))),
        jurisdictions=(PLACES[min(int(dice.expovariate(0.7)), 9)],),
        destinations=tuple(dice.sample(PLACES, dice.randint(0, 2))),
        actors=(f"Company {dice.randint(1, 3000)}", "Ministry of Commerce"),
        numbers=(f"CN:{known.year}:{dice.randint(1, 99)}",) if dice.random() < 0.3 else (),
        date=known.date().isoformat(),
        known=known,
        last_seen=known + timedelta(days=dice.randint(0, 60)),
        mentions=10,
    )


def keys(event: Event) -> tuple[str, ...]:
    """Blocking keys of the coarseness that a history uses: numbers, and type with place and material in a month."""
    month = (event.date or "")[:7]
    return (*event.numbers, *(f"{event.type}:{p}:{m}:{month}" for p in event.jurisdictions for m in event.materials), f"{event.type}:{month[:4]}")


def fill(database: store.Database, events: int, mentions: int, articles: int) -> Iterator[tuple[str, int, float]]:
    dice = random.Random(7)
    rare = vocabulary(dice)
    started = time.perf_counter()
    for first in range(0, articles, 1000):
        with database.transaction():
            for number in range(first, min(first + 1000, articles)):
                fingerprint = f"{dice.getrandbits(64):016x}"
                database.articles.add(made_article(dice, rare, number, fingerprint), [f"{k}:{fingerprint[4 * k : 4 * k + 4]}" for k in range(4)])
    yield "articles", articles, time.perf_counter() - started
    started = time.perf_counter()
    each = mentions // events
    for number in range(events):
        event = made_event(dice, rare, number, events)
        with database.transaction():
            for k in range(each):
                add_witness(database, dice, rare, event, digest("article", (number * each + k) % articles), k)
            database.history.save_event(event, keys(event), "Dy 镝 dysprosium terbium")
    yield "events with their mentions", events, time.perf_counter() - started


def made_article(dice: random.Random, rare: tuple[str, ...], number: int, fingerprint: str) -> Article:
    when = BEGIN + timedelta(minutes=number)
    return Article(
        id=digest("article", number),
        source=f"source-{number % 300}",
        url=f"https://example.org/{number}",
        outlet=dice.choice(OUTLETS),
        title=sentence(dice, rare, 9),
        text=sentence(dice, rare, 60),
        language="en",
        fetched=when,
        published=when,
        fingerprint=fingerprint,
    )


def add_witness(database: store.Database, dice: random.Random, rare: tuple[str, ...], event: Event, article: str, number: int) -> None:
    quote = sentence(dice, rare, 15)
    mention = Mention(
        id=digest("mention", event.id, number),
        article=article,
        type=event.type,
        materials=event.materials,
        jurisdictions=event.jurisdictions,
        evidence=(Span(start=0, end=len(quote), quote=quote),),
    )
    database.history.add_mention(mention)
    assert event.known
    database.history.add_judgement(Judgement(id=digest("j", mention.id), mention=mention.id, event=event.id, by="machine", why="", at=event.known))


def timed(name: str, task: Callable[[int], object], times: int = 200) -> None:
    spent = []
    for number in range(times):
        started = time.perf_counter()
        task(number)
        spent.append(1000 * (time.perf_counter() - started))
    cuts = statistics.quantiles(spent, n=20)
    print(f"{name:<42} p50 {statistics.median(spent):8.2f} ms   p95 {cuts[18]:8.2f} ms")


def measure(database: store.Database) -> None:
    dice = random.Random(3)
    rare = vocabulary(random.Random(7))
    events = database.history.events()
    typed = [dice.choice((f"{dice.choice(PLAIN)} {dice.choice(rare)}", dice.choice(PLAIN), dice.choice(rare), " ".join(dice.sample(PLAIN, 2)),
                          dice.choice(CHINESE), f"{dice.choice(PLAIN)} material:terbium", "magn*", f'"{" ".join(dice.sample(PLAIN, 2))}"'))
             for _ in range(200)]  # fmt: skip
    narrow = [store.Query(materials=(dice.choice(MATERIALS),), jurisdictions=(dice.choice(PLACES),)) for _ in range(200)]
    some = [dice.choice(events) for _ in range(200)]
    timed("search, words", lambda n: database.search(store.Query(words=typed[n])))
    timed("search with facets, words", lambda n: (database.search(store.Query(words=typed[n])), database.facets(store.Query(words=typed[n]))))
    timed("search with facets, material and place", lambda n: (database.search(narrow[n]), database.facets(narrow[n])))
    timed("search with facets, nothing asked", lambda _: (database.search(store.Query()), database.facets(store.Query())))
    timed("candidates of one mention", lambda n: database.history.candidates(keys(some[n])))
    timed("candidates by one key of many events", lambda n: database.history.candidates((f"{some[n].type}:{(some[n].date or '')[:4]}",)))
    timed("event with its witnesses", lambda n: (database.history.event(some[n].id), database.history.witnesses(some[n].id)))
    timed("events of one material and place", lambda n: database.history.events(materials=narrow[n].materials, jurisdictions=narrow[n].jurisdictions))
    timed("all events", lambda _: database.history.events(), 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--mentions", type=int, default=200_000)
    parser.add_argument("--articles", type=int, default=200_000)
    asked = parser.parse_args()
    path = asked.folder / f"store-{asked.events}-{asked.mentions}-{asked.articles}.db"
    if not path.exists():
        with store.open(path) as database:
            for what, count, seconds in fill(database, asked.events, asked.mentions, asked.articles):
                print(f"wrote {count:,} {what} in {seconds:.1f} s, {1000 * seconds / count:.2f} ms each")
    with store.open_reader(path) as database:
        print(f"{path.stat().st_size / 1e6:.0f} MB; {database.counts()}")
        measure(database)


if __name__ == "__main__":
    main()
