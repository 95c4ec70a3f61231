"""Pictures and traces of what sign-ins stopped at: beside the other reports, for scenarios that did not conform."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from mfa_verification.core.verdict import Verdict
from mfa_verification.login.sign_in import Picture
from mfa_verification.verdict.record import ScenarioRecord

PICTURES, TRACES = "sign-in-pictures", "sign-in-traces"
KEPT = (Verdict.NONCONFORMING, Verdict.INCONCLUSIVE, Verdict.SUITE_ERROR)


def keep(directory: Path, record: ScenarioRecord, pictures: Sequence[Picture]) -> None:
    """Write a scenario's pictures and traces into the reports folder, and name them in its record.

    They were taken without secrets (`SignIn`). One that cannot be written is a warning: a report is no reason to fail.
    """
    if record.verdict not in KEPT or not pictures:
        return
    name = hashlib.sha256(record.id.encode()).hexdigest()[:12]
    try:
        for number, picture in enumerate(pictures):
            file = f"{name}-{number}-{picture.screen.replace(' ', '-')}"
            if picture.png:
                record.pictures.append(_write(directory, f"{PICTURES}/{file}.png", picture.png))
            if picture.trace:
                record.traces.append(_write(directory, f"{TRACES}/{file}.zip", picture.trace))
    except OSError as error:
        record.warnings.append(f"a picture or trace could not be written: {error.strerror}")


def clear(directory: Path) -> None:
    """Remove those of an earlier run, and nothing else that is there."""
    for file in (*(directory / PICTURES).glob("*.png"), *(directory / TRACES).glob("*.zip")):
        file.unlink()


def _write(directory: Path, file: str, content: bytes) -> str:
    (directory / file).parent.mkdir(parents=True, exist_ok=True)
    (directory / file).write_bytes(content)
    return file
