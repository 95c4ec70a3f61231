"""What stands beside Allure's results: categories by verdict, and the environment."""

from __future__ import annotations

import json
from pathlib import Path

from mfa_verification.verdict.record import RunRecord

CATEGORIES = [
    {"name": "The tenant does not conform", "matchedStatuses": ["failed"]},
    {
        "name": "Inconclusive: nothing was learnt",
        "matchedStatuses": ["skipped", "broken"],
        "messageRegex": "(?s)INCONCLUSIVE.*",
    },
    {"name": "Not run: a setting is wrong already", "matchedStatuses": ["skipped"], "messageRegex": "(?s)NOT-RUN.*"},
    {"name": "Does not apply to this tenant", "matchedStatuses": ["skipped"], "messageRegex": "(?s)NOT-APPLICABLE.*"},
    {"name": "The suite itself broke", "matchedStatuses": ["broken"]},
]
"""As `categories.json` has them; the newer Allure takes the same from its configuration."""


def write_settings(results: Path, run: RunRecord) -> None:
    """Write `categories.json`, `environment.properties` and the configuration for `make allure`."""
    (results / "categories.json").write_text(json.dumps(CATEGORIES, indent=2))
    environment = {
        "tenant": run.domain or "",
        "local tenant": "yes: says nothing about a real one" if run.is_local else "no",
        "verdict": run.verdict,
        "begun": run.started_at,
    }
    lines = [f"{name.replace(' ', '_')}={value}" for name, value in environment.items()]
    (results / "environment.properties").write_text("\n".join(lines) + "\n")
    configuration = {
        "name": f"MFA enrolment at {run.domain}",
        "categories": [
            {
                "name": one["name"],
                "matchers": {
                    "statuses": one["matchedStatuses"],
                    **({"message": str(one["messageRegex"])} if "messageRegex" in one else {}),
                },
            }
            for one in CATEGORIES
        ],
        "plugins": {"awesome": {"options": {"singleFile": True, "groupBy": ["epic", "feature", "story"]}}},
    }
    (results.parent / "allurerc.json").write_text(json.dumps(configuration, indent=2))
