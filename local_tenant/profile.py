"""The settings of the tenant, and the env file that they are written to."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from local_tenant.tenant import Tenant

NUMBER_PATTERN = "+1555#######"
WITH_CALLBACK = ("web", "spa")
"""The applications with a callback setting; the others use a callback of these two."""
Profile = dict[str, str]


def profile(tenant: Tenant, ca_bundle: Path, test_controls: tuple[str, str], inbox: tuple[str, str]) -> Profile:
    """Return the tenant's settings; `test_controls` and `inbox` are each a URL and a token."""
    settings: Profile = {
        "AUTH0_DOMAIN": tenant.domain,
        "AUTH0_CA_BUNDLE": str(ca_bundle),
        "AUTH0_CONNECTION": tenant.configuration.connection,
    }
    if tenant.configuration.other_connection is not None:
        settings["AUTH0_OTHER_CONNECTION"] = tenant.configuration.other_connection
    for role, application in tenant.configuration.applications.items():
        prefix = f"AUTH0_{role.upper()}"
        settings[f"{prefix}_CLIENT_ID"] = application.client_id
        if application.client_secret is not None:
            settings[f"{prefix}_CLIENT_SECRET"] = application.client_secret
        if application.private_key is not None:
            settings[f"{prefix}_CLIENT_KEY"] = application.private_key
        if role in WITH_CALLBACK and application.callbacks:
            settings[f"{prefix}_CALLBACK"] = application.callbacks[0]
    return settings | {
        "TEST_CONTROLS_URL": test_controls[0],
        "TEST_CONTROLS_TOKEN": test_controls[1],
        "PHONE_PROVIDER": "inbox",
        "PHONE_INBOX_URL": inbox[0],
        "PHONE_INBOX_TOKEN": inbox[1],
        "PHONE_NUMBER_PATTERN": NUMBER_PATTERN,
    }


def as_env_file(settings: Profile) -> str:
    """Return the settings as lines, quoted so that python-dotenv reads each value back exactly."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in settings.items())


def write_privately(path: Path, content: str) -> None:
    """Write a file that only its owner can read, completely or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp creates it with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
