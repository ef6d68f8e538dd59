"""Airflow's own login in front of everything the plugin serves.

Airflow mounts a plugin's application beside its own and puts no login before it. The dependencies here are
those of Airflow's API: no token or a stale one gives 401, a user without the right gives 403.
"""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_view
from fastapi import Depends, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

LOGIN_REQUIRED = Depends(requires_access_view(AccessView.WEBSITE))
"""For the application as a whole, so that no route can be forgotten."""


def readable_dag_ids(user: GetUserDep) -> set[str]:
    """Return the DAGs whose runs the user may see."""
    return set(get_auth_manager().get_authorized_dag_ids(user=user, method="GET"))


ReadableDagIds = Annotated[set[str], Depends(readable_dag_ids)]


async def login_or_error(request: Request, error: Exception) -> Response:
    """Answer an HTTP error; a browser without login is sent to the login page and back."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 401 and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)), status_code=307)
    return await http_exception_handler(request, error)
