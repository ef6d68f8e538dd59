"""The plugin's entry: Airflow loads this file alone (see `plugins/.airflowignore`)."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from plugins.hiring_signals.web import app

URL_PREFIX = "/hiring-signals"


class HiringSignalsPlugin(AirflowPlugin):
    """Puts the operators' page into Airflow's menu; the API server serves it."""

    name = "hiring_signals"
    fastapi_apps = [{"app": app, "url_prefix": URL_PREFIX, "name": "Hiring Signals"}]  # noqa: RUF012 - Airflow's form
    external_views = [  # noqa: RUF012 - as above
        {
            "name": "Signals",  # the menu cuts longer names
            "icon": f"{URL_PREFIX}/icon/light.svg",
            "icon_dark_mode": f"{URL_PREFIX}/icon/dark.svg",
            "href": f"{URL_PREFIX}/",
            "destination": "nav",
            "url_route": "hiring-signals",
            "nav_top_level": True,
        }
    ]
