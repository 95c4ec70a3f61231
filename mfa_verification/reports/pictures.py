"""Pictures of what sign-ins stopped at: beside the other reports, for scenarios that did not conform."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from mfa_verification.auth0.universal_login.sign_in import Picture
from mfa_verification.verdict.record import ScenarioRecord
from mfa_verification.verdict.verdict import Verdict

FOLDER = "sign-in-pictures"
KEPT = (Verdict.NONCONFORMING, Verdict.INCONCLUSIVE, Verdict.SUITE_ERROR)


def keep(directory: Path, record: ScenarioRecord, pictures: Sequence[Picture]) -> None:
    """Write a scenario's pictures into the reports folder, and name them in its record.

    They were taken without secrets (`SignIn`). One that cannot be written is a warning: a report is no reason to fail.
    """
    if record.verdict not in KEPT or not pictures:
        return
    name = hashlib.sha256(record.id.encode()).hexdigest()[:12]
    try:
        (directory / FOLDER).mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(pictures):
            file = f"{FOLDER}/{name}-{number}-{picture.screen.replace(' ', '-')}.png"
            (directory / file).write_bytes(picture.png)
            record.pictures.append(file)
    except OSError as error:
        record.warnings.append(f"a picture could not be written: {error.strerror}")


def clear(directory: Path) -> None:
    """Remove the pictures of an earlier run, and nothing else that is there."""
    for file in (directory / FOLDER).glob("*.png"):
        file.unlink()
