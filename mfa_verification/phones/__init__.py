"""Test phones: numbers to hand out, and the SMS messages that reach them, through one adapter per service."""
