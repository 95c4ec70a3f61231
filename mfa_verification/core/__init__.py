"""Ground: outcomes, the exceptions that end a scenario, causes, secrets, time and waiting."""
