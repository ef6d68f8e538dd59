"""The plugin's web application: one page, a small read-only API, and the files of releases and checks."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import jinja2
import msgspec
from airflow.api_fastapi.app import API_ROOT_PATH
from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from include.settings import Settings
from plugins.hiring_signals.access import LOGIN_REQUIRED, ReadableDagIds, login_or_error
from plugins.hiring_signals.files import find_file
from plugins.hiring_signals.formats import FILTERS
from plugins.hiring_signals.overview import Overview, make_overview
from plugins.hiring_signals.runs import last_runs
from plugins.hiring_signals.stages import STAGES

TEMPLATES = Path(__file__).with_name("templates")

_NEVER_CACHE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

# Released pages quote job ads, which are words of strangers: they get an origin of their own, so that no
# script in them, whatever its way in, could act with the login of the operator who reads them.
_FILE_HEADERS = _NEVER_CACHE | {
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads; default-src 'none'; img-src "
    "'self' data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:"
}

# The generated documentation would lie outside the login.
app = FastAPI(
    title="Hiring Signals",
    dependencies=[LOGIN_REQUIRED],
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
    exception_handlers={StarletteHTTPException: login_or_error},
)


@app.get("/", response_class=HTMLResponse)
def page(session: SessionDep, readable: ReadableDagIds) -> HTMLResponse:
    """Show the operators' page."""
    html = _template().render(overview=_overview(session, readable), stages=STAGES)
    return HTMLResponse(html, headers=_NEVER_CACHE | {"Content-Security-Policy": _page_policy(html)})


@app.get("/api/overview")
def overview(session: SessionDep, readable: ReadableDagIds) -> Response:
    """Give what the page shows as JSON (`overview.Overview`)."""
    body = msgspec.json.encode(_overview(session, readable))
    return Response(body, media_type="application/json", headers=_NEVER_CACHE)


@app.get("/releases/{path:path}")
def release_file(path: str) -> FileResponse:
    """Serve a file of a release."""
    return _file(Settings().paths.releases, path)


@app.get("/checks/{path:path}")
def checks_file(path: str) -> FileResponse:
    """Serve a page of Data Docs."""
    return _file(Settings().paths.data_docs, path)


@app.get("/icon/{scheme}.svg")
def icon(scheme: Literal["light", "dark"]) -> Response:
    """Serve the menu's icon, a small bar chart, for a light or a dark menu."""
    colour = "#345" if scheme == "light" else "#cde"
    bars = "M4 20V11h4v9zM10 20V4h4v16zM16 20v-6h4v6z"
    path = f'<path fill="{colour}" d="{bars}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{path}</svg>'
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


def _overview(session: Any, readable: set[str]) -> Overview:
    now = datetime.now(UTC)  # for ages on the page: nothing that is stored depends on it
    return make_overview(Settings(), last_runs(session, readable, API_ROOT_PATH.rstrip("/"), now), now)


def _file(root: Path, path: str) -> FileResponse:
    file = find_file(root, path)
    if file is None:
        raise HTTPException(404, f"there is no {path}")
    return FileResponse(file, headers=_FILE_HEADERS)


def _page_policy(html: str) -> str:
    """Allow the page's own script and style and nothing else."""
    scripts = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    )
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; frame-ancestors 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= FILTERS
    return environment.get_template("operators.html")
