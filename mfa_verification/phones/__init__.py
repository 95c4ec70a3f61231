"""Test phones: numbers to hand out, and the texts that reach them, through one adapter per service."""
