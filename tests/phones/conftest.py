"""How long an adapter waits for its service: little where it is slow to order, else longer than any machine takes."""

from __future__ import annotations

import pytest

from mfa_verification.phones import provider

PATIENCE = 300.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "READ_SECONDS", PATIENCE)
