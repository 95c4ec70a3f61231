"""The suite's pytest plugins, one per file."""
