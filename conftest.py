"""Wiring: which plugins, fixtures and steps pytest loads. Nothing else stands here."""

pytest_plugins = [
    "plugins.options",
    "plugins.collect_features",
    "plugins.budget",
    "plugins.step_gate",
    "plugins.verdicts",
    "plugins.run",
    "fixtures.tenant",
    "fixtures.people",
    "fixtures.observations",
    "steps.configuration",
    "steps.application",
    "steps.sign_in",
    "steps.tokens",
    "steps.enrolment",
    "steps.confirmation",
    "steps.authenticators",
    "steps.phone",
    "steps.authenticator_app",
    "steps.bypass",
    "steps.operator",
]
