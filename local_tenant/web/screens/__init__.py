"""Universal Login: the pages under `/u/` (AF-PAGE-01). Each screen is one class of these modules, found by its path."""

from __future__ import annotations

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from flask import Blueprint, Response, g, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from local_tenant.errors import SCREEN_UNKNOWN, Refused
from local_tenant.tenant import Tenant
from local_tenant.web.reading import current_sign_in
from local_tenant.web.screens.screen import Screen, Visit


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the routes under `/u/`."""
    routes = Blueprint("universal_login", __name__, url_prefix="/u")

    @routes.get("/assets/<name>")
    def asset(name: str) -> Response:
        with tenant.request_lock.released():
            tenant.fault_injection.wait(tenant.pages.asset_delay())
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return make_response("", 200, {"Content-Type": f"{kind}; charset=utf-8"})

    @routes.route("/<path:path>", methods=["GET", "POST"])
    def page(path: str) -> AnyResponse:
        screen = by_path().get(path)
        if screen is None:
            raise Refused(SCREEN_UNKNOWN)
        visit = Visit(tenant, current_sign_in(tenant))
        if not screen.is_due(visit):
            return visit.continue_sign_in()
        if not screen.has_no_time_limit:
            tenant.sign_ins.check_screen(visit.sign_in)
        return screen.show(visit) if request.method == "GET" else screen.handle(visit)

    @routes.after_request
    def guard(response: Response) -> Response:
        response.headers["X-Frame-Options"] = "deny"
        policy = tenant.pages.content_security_policy(g.get("page_nonce", ""))
        response.headers["Content-Security-Policy"] = policy
        return response

    return routes


@cache
def by_path() -> dict[str, Screen]:
    """Return every screen by its path under `/u/`."""
    screens: dict[str, Screen] = {}
    for module in pkgutil.iter_modules(__path__):
        found = inspect.getmembers(import_module(f"{__name__}.{module.name}"), inspect.isclass)
        for _, one in found:
            if issubclass(one, Screen) and one.path and one.__module__ == f"{__name__}.{module.name}":
                screens[one.path] = one()
    return screens
