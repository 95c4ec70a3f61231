"""What a run leaves for users to read: all of it made from `verdict.json`'s content."""
