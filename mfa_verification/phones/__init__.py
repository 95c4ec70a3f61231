"""Test phones: numbers, and the SMS messages sent to them, with one adapter per service."""
