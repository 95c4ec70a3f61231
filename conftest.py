"""Lists the plugins, fixtures and steps that pytest loads."""

pytest_plugins = [
    "plugins.options",
    "plugins.collect_features",
    "plugins.selection",
    "plugins.step_gate",
    "plugins.verdicts",
    "plugins.allure",
    "plugins.run",
    "fixtures.tenant",
    "fixtures.users",
    "steps.settings",
    "steps.users",
    "steps.sign_in",
    "steps.enrollment",
    "steps.confirmation",
    "steps.authenticators",
    "steps.phone",
    "steps.tokens",
]
