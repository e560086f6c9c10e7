"""The application: pages, API and feeds over one `Reading`. It opens no file and reads no clock; both are handed down."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.staticfiles import StaticFiles

import monitor
from monitor.web import api, feeds, pages, problems
from monitor.web.edge import Edge
from monitor.web.reading import Reading
from monitor.web.render import Pages

STATIC = Path(__file__).resolve().parent / "static"
ABOUT = """Policy events on rare earths and other critical minerals, each traced to the sentences that assert it. Reading only.

Errors are problem+json (RFC 9457). Every answer carries an ETag: send it back as If-None-Match and an unchanged answer is an empty 304.
"""


def build(reading: Reading, *, base_url: str, zone: ZoneInfo, clock: Callable[[], datetime]) -> FastAPI:
    """The ASGI application. `base_url` begins the links in feeds, `zone` is that of moments on pages, `clock` tells an aware now."""
    made = FastAPI(
        title="Rare-earth monitor", version=monitor.__version__, description=ABOUT, openapi_url=f"{api.BASE}/openapi.json",
        docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    rendered = Pages(zone)
    problems.install(made, rendered)
    made.include_router(api.router(reading, clock))
    made.include_router(feeds.router(reading, clock, base_url))
    made.include_router(pages.router(pages.Desk(reading, rendered, clock, zone)))
    made.mount("/static", StaticFiles(directory=STATIC), name="static")
    made.add_middleware(Edge)
    made.openapi = lambda: described(made)  # type: ignore[method-assign]
    return made


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with our problems in the place of the framework's errors."""
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = told["components"]["schemas"]
        schemas["Problem"] = problems.Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = told
    return app.openapi_schema
