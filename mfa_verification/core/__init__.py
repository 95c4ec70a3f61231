"""What everything else builds on: outcomes, exceptions that end a scenario, causes, secrets, time."""
