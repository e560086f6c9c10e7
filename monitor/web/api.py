"""The HTTP API: the pages' questions answered as JSON, with an OpenAPI description. Reading only."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import RedirectResponse, Response

from monitor.alerts import words
from monitor.alerts.calendar import MEANING
from monitor.alerts.facts import Deadline
from monitor.model import Event
from monitor.web import answers, asked
from monitor.web.asked import Missing
from monitor.web.problems import documented
from monitor.web.reading import EventLife, Reading, SourceRead, Testimony

BASE = "/api/v1"
Id = Annotated[str, Path(min_length=1, max_length=200)]


def router(reading: Reading, clock: Callable[[], datetime]) -> APIRouter:
    """The endpoints under /api/v1."""
    made = APIRouter(prefix=BASE, responses=documented(422, 503))

    @made.get("/events", responses=documented(400))
    def events(filters: Annotated[asked.Filters, Query()]) -> answers.EventPage:
        """Search the history: by relevance with words, else the newest first."""
        page = reading.search(filters.query())
        return answers.EventPage(events=tuple(row.event for row in page.rows), total=page.total, next=page.next)

    @made.get("/events/{id}", responses=documented(404) | {308: {"description": "Merged into another event"}}, response_model=answers.EventTold)
    def event(id: Id) -> answers.EventTold | Response:
        """One event with its mentions, evidence, judgements, changes and alerts."""
        life = reading.life(id)
        into = reading.merged_into(id) if life else None
        if life is None:
            raise Missing(f'there is no event "{id}"')
        return RedirectResponse(f"{BASE}/events/{into}", 308) if into else told(life)

    @made.get("/state")
    def state(query: Annotated[asked.State, Query()]) -> answers.StateTold:
        """The board, or with a material and a jurisdiction one cell, on any day as known on any day."""
        return state_told(reading, query, clock().date())

    @made.get("/instruments")
    def instruments() -> answers.Instruments:
        """The register of legal instruments, the newest first."""
        return answers.Instruments(instruments=tuple(map(instrument_row, reading.instruments())))

    @made.get("/instruments/{number:path}", responses=documented(404))
    def instrument(number: Annotated[str, Path(min_length=1, max_length=200)]) -> answers.InstrumentLife:
        """The life of every instrument that a number may mean, written as you like: CN:2025:61, No. 61 of 2025, 61."""
        steps = reading.instrument(number)
        if not steps:
            raise Missing(f'no instrument "{number}" is known')
        return answers.InstrumentLife(steps=tuple(answers.StepTold(**asdict(step)) for step in steps))

    @made.get("/deadlines")
    def deadlines(ahead: Annotated[asked.Ahead, Query()]) -> answers.Deadlines:
        """What falls due, soonest first."""
        today = clock().date()
        return answers.Deadlines(today=today, deadlines=tuple(due(one, today) for one in reading.deadlines(today, ahead.days)))

    @made.get("/articles/{id}", responses=documented(404))
    def article(id: Id) -> answers.ArticleTold:
        """An article's text with the mentions in it."""
        return article_told(reading, id)

    @made.get("/alerts")
    def alerts(query: Annotated[asked.Alerts, Query()]) -> answers.AlertPage:
        """What was raised, the newest first."""
        return alert_page(reading, query)

    @made.get("/sources")
    def sources() -> answers.Sources:
        """The health of every source."""
        return answers.Sources(sources=tuple(map(source_told, reading.sources(0))))

    return made


def told(life: EventLife) -> answers.EventTold:
    return answers.EventTold(
        event=life.event,
        baseline=life.baseline,
        modifies=short(life.modifies),
        modified_by=short(life.modified_by),
        mentions=tuple(map(mention_told, life.testimonies)),
        taken_back=life.taken_back,
        changes=life.changes,
        alerts=life.alerts,
    )


def short(events: Sequence[Event]) -> tuple[answers.Other, ...]:
    return tuple(answers.Other(id=event.id, instrument=event.instrument, summary=event.summary) for event in events)


def mention_told(one: Testimony) -> answers.Told:
    witness, article = one.witness, one.article
    return answers.Told(
        mention=witness.mention,
        article=witness.mention.article,
        title=article.title if article else "",
        outlet=witness.outlet,
        url=witness.url,
        language=article.language if article else "und",
        official=witness.official,
        published=witness.published,
        seen=witness.seen,
        judgement=one.judgement,
    )


def state_told(reading: Reading, query: asked.State, today: date) -> answers.StateTold:
    as_of, known_at = query.as_of or today, query.known_at or today
    cells = reading.cells(query.destination, as_of, known_at, material=query.material, jurisdiction=query.jurisdiction)
    return answers.StateTold(destination=query.destination, as_of=as_of, known_at=known_at, cells=tuple(map(cell_told, reading.told(cells))))


def cell_told(cell: dict[str, Any]) -> answers.CellTold:
    """A cell in the documented shape."""
    measures = [
        answers.MeasureTold(**one | {"by": tuple(one["by"]), "evidence": tuple(answers.Sentence(**sentence) for sentence in one["evidence"])})
        for one in cell["measures"]
    ]
    days = {name: date.fromisoformat(cell[name]) for name in ("as_of", "known_at")}
    return answers.CellTold(**cell | days | {"measures": tuple(measures)})


def instrument_row(event: Event) -> answers.InstrumentRow:
    return answers.InstrumentRow(
        instrument=event.instrument or "", numbers=event.numbers, jurisdictions=event.jurisdictions, date=event.date or event.effective,
        type=event.type, status=event.status, event=event.id,
    )  # fmt: skip


def due(one: Deadline, today: date) -> answers.Due:
    what = f"{words.headline(one.event)} {MEANING[one.field]}"
    return answers.Due(day=one.on, days=(one.on - today).days, field=one.field, what=what, event=one.event.id)


def article_told(reading: Reading, article_id: str) -> answers.ArticleTold:
    found = reading.article(article_id)
    if found is None:
        raise Missing(f'there is no article "{article_id}"')
    names = "id source url outlet title text whole language published fetched official duplicate_of revision".split()
    mentions = tuple(answers.MentionTold(mention=mention, events=events) for mention, events in found.mentions)
    return answers.ArticleTold(**{name: getattr(found.article, name) for name in names}, mentions=mentions)


def alert_page(reading: Reading, query: asked.Alerts) -> answers.AlertPage:
    start = int(query.cursor or 0)
    since, until = (datetime.combine(day, time.min, UTC) if day else None for day in (query.since, query.until))
    found = reading.alerts(since, until, rule=query.rule, event=query.event, limit=start + query.limit + 1)
    stop = start + query.limit
    return answers.AlertPage(alerts=tuple(found[start:stop]), next=str(stop) if len(found) > stop else None)


def source_told(one: SourceRead) -> answers.SourceTold:
    names = "name health since message failures last_check last_success last_item next_check".split()
    return answers.SourceTold(
        **{name: getattr(one.state, name) for name in names},
        outlet=one.source.outlet if one.source else None,
        kind=one.source.kind if one.source else None,
        url=one.source.url if one.source else None,
        official=one.source.official if one.source else None,
    )
