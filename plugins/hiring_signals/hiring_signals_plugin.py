"""The plugin's entry: Airflow loads this file alone (see `plugins/.airflowignore`)."""

from __future__ import annotations

import base64

from airflow.plugins_manager import AirflowPlugin

from plugins.hiring_signals.web import app

URL_PREFIX = "/hiring-signals"


def _icon(colour: str) -> str:
    """Return a small bar chart as a data address, so that the menu asks for no file."""
    bars = "M4 20V11h4v9zM10 20V4h4v16zM16 20v-6h4v6z"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><path fill='{colour}' "
    f"d='{bars}'/></svg>"
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


class HiringSignalsPlugin(AirflowPlugin):
    """Puts the operators' page into Airflow's menu; the API server serves it."""

    name = "hiring_signals"
    fastapi_apps = [{"app": app, "url_prefix": URL_PREFIX, "name": "Hiring Signals"}]  # noqa: RUF012 - Airflow's form
    external_views = [  # noqa: RUF012 - as above
        {
            "name": "Signals",  # the menu cuts longer names
            "icon": _icon("#345"),
            "icon_dark_mode": _icon("#cde"),
            "href": f"{URL_PREFIX}/",
            "destination": "nav",
            "url_route": "hiring-signals",
            "nav_top_level": True,
        }
    ]
