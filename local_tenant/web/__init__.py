"""The HTTP side: thin handlers that parse, ask the rules, and render."""
