"""What a scenario and a run come to, and why."""
