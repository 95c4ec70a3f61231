"""What a run leaves for people to read: all of it made from `verdict.json`'s content."""
