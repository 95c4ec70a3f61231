"""Wiring: which plugins, fixtures and steps pytest loads. Nothing else stands here."""

pytest_plugins = [
    "plugins.options",
    "plugins.refused",
    "plugins.collect_features",
    "plugins.configuration",
    "plugins.step_gate",
    "plugins.verdicts",
    "plugins.allure",
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
]
