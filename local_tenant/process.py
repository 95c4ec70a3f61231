"""One process: a tenant, its inbox and its test controls, each on its own port."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from local_tenant import keys, profile, tenant_file, variations
from local_tenant.clock import Clock
from local_tenant.fault_injection import InboxWithOutages
from local_tenant.keys import Certificates
from local_tenant.message_delivery import MessageDelivery
from local_tenant.serving import Listener
from local_tenant.tenant import Tenant
from local_tenant.test_controls import dashboard
from local_tenant.test_controls.api import controls_app
from local_tenant.test_controls.dashboard import DashboardAccess
from local_tenant.test_controls.siblings import Handover, Siblings
from local_tenant.web.app import tenant_app
from phone_inbox import Inbox, create_app

TENANT_THREADS = 16
INBOX_THREADS = 32
CONTROL_THREADS = 4


class StartError(Exception):
    """The tenant cannot start; the message is one line for users."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start."""

    host: str
    port: int
    env_file: Path | None
    domain: str | None
    tenant_text: str
    vary: list[str]
    handover: Handover | None = None


@dataclass
class Running:
    """A started tenant, and how to stop it."""

    domain: str
    settings: profile.Profile = field(repr=False)
    listeners: list[Listener]
    tenant: Tenant
    inbox: Inbox
    delivery: MessageDelivery
    siblings: Siblings
    folder: Path | None

    def stop(self) -> None:
        """Stop siblings, listeners and waiting readers at once."""
        self.tenant.fault_injection.end()
        self.delivery.close()
        self.inbox.close()
        enders = [threading.Thread(target=listener.stop, daemon=True) for listener in self.listeners]
        enders.append(threading.Thread(target=self.siblings.end_all, daemon=True))
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join(2)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def start(plan: Plan) -> Running:
    """Start everything and write the settings file before returning."""
    handover = plan.handover or Handover()
    chosen = variations.find([*handover.vary, *plan.vary])
    configuration = tenant_file.parse(handover.tenant or plan.tenant_text, handover.management_scopes)
    pems = handover.certificates or _certificates(plan.domain)
    with ExitStack() as undo:
        running = _start(plan, handover, chosen, configuration, pems, undo)
        undo.pop_all()
    return running


def _start(
    plan: Plan,
    handover: Handover,
    chosen: list[variations.AnyVariation],
    configuration: tenant_file.Configuration,
    pems: Certificates,
    undo: ExitStack,
) -> Running:
    """Open the ports; `undo` releases what was opened where a later step fails."""
    listener = _listen((plan.host, plan.port), TENANT_THREADS, pems)
    undo.callback(listener.stop)
    domain = plan.domain or f"localhost:{listener.port}"
    tenant_file.mark(configuration, domain)
    clock = Clock(handover.clock_offset)
    inbox = Inbox(clock.now)
    delivery = MessageDelivery(inbox, clock)
    tenant = Tenant(configuration, domain, clock, delivery, chosen)
    inbox_token, test_controls_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    inbox_listener = _listen((plan.host, 0), INBOX_THREADS)
    undo.callback(inbox_listener.stop)
    folder, ca_path = _keep_authority(plan, handover, pems)
    passed_on = Handover(pems, str(ca_path), handover.tenant or plan.tenant_text, [one.name for one in chosen])
    siblings = Siblings(passed_on, clock)
    control_listener = _listen((plan.host, 0), CONTROL_THREADS)
    undo.callback(control_listener.stop)
    settings = profile.profile(
        tenant, ca_path,
        (_address(plan.host, control_listener), test_controls_token),
        (_address(plan.host, inbox_listener) + "/messages", inbox_token),
    )  # fmt: skip
    access = DashboardAccess(secrets.token_urlsafe(32), inbox, [one.name for one in chosen])
    link = f"{settings['TEST_CONTROLS_URL']}{dashboard.PATH}?token={access.token}"
    listener.start_serving(tenant_app(tenant))
    inbox_listener.start_serving(InboxWithOutages(create_app(inbox, inbox_token), tenant.fault_injection))
    control_listener.start_serving(controls_app(tenant, delivery, siblings, test_controls_token, access))
    if plan.env_file is not None:
        _write(plan.env_file, profile.as_env_file(settings) + f"# Dashboard: {link}\n")
    listeners = [listener, inbox_listener, control_listener]
    return Running(domain, settings, listeners, tenant, inbox, delivery, siblings, folder)


def _listen(address: tuple[str, int], threads: int, pems: Certificates | None = None) -> Listener:
    try:
        return Listener(address, threads, pems)
    except OSError as reason:
        raise StartError(f"cannot listen on {address[0]} port {address[1]}: it is in use or not permitted") from reason


def _keep_authority(plan: Plan, handover: Handover, pems: Certificates) -> tuple[Path | None, Path]:
    """Return the folder to remove at the end, if one was made, and the path of the authority's certificate."""
    if handover.ca_path is not None:
        return None, Path(handover.ca_path)
    if plan.env_file is not None:
        path = plan.env_file.with_name(plan.env_file.name + ".ca.pem").absolute()
        _write(path, pems.authority)
        return None, path
    folder = Path(tempfile.mkdtemp(prefix="local-tenant-"))
    path = folder / "ca.pem"
    _write(path, pems.authority)
    return folder, path


def _write(path: Path, content: str) -> None:
    try:
        profile.write_privately(path, content)
    except OSError as reason:
        raise StartError(f"cannot write {path}: {(reason.strerror or str(reason)).lower()}") from reason


def _certificates(domain: str | None) -> Certificates:
    host = domain.rpartition(":")[0].strip("[]") if domain else "localhost"
    try:
        return keys.certificates_for(host)
    except ValueError as reason:
        raise StartError(f"--domain {domain}: no certificate can name {host!r}: {reason}") from reason


def _address(host: str, listener: Listener) -> str:
    return f"http://[{host}]:{listener.port}" if ":" in host else f"http://{host}:{listener.port}"
