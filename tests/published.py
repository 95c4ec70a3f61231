"""What vendors publish of their APIs, in packages for Node.js: `make test` fetches them, nothing is committed."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.running import ROOT

FOLDER = ROOT / ".venv" / "published"
TWILIO = "@twilio/cli-core@9.0.0"
PACKAGES = {
    TWILIO: "FPHm5gXAUwM2oATmQi3AGYPFz4Urg5G5/vDkpUu5WqNuwueQaS93HwXjdX1OM+miuq0LMimdfbXDTLEp4Nsjfg==",
}
"""Each with its version, and the SHA-512 that the registry shows of it."""


def fetch() -> None:
    """Download all of them, unopened."""
    FOLDER.mkdir(exist_ok=True)
    for package in PACKAGES:
        subprocess.run(
            ["npm", "pack", package, "--silent", "--pack-destination", str(FOLDER)],
            check=True, env=os.environ | {"npm_config_loglevel": "error"}, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def file_of(package: str, path: str) -> bytes:
    """Return a file of a package; the test is skipped where the package is not there."""
    name, _, version = package.removeprefix("@").rpartition("@")
    archive = FOLDER / f"{name.replace('/', '-')}-{version}.tgz"
    if not archive.is_file():
        pytest.skip(f"{package} is not there: `make test` fetches it, with npm")
    digest = hashlib.sha512(archive.read_bytes()).digest()
    assert base64.b64encode(digest).decode() == PACKAGES[package], f"{archive} is not what was published"
    with tarfile.open(archive) as opened:
        found = opened.extractfile(f"package/{Path(path)}")
        assert found
        return found.read()


if __name__ == "__main__":
    fetch()
