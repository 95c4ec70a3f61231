"""The HTTP side: handlers that parse requests, ask the rules, and render responses."""
