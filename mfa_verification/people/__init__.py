"""Disposable people: made for one scenario, marked as the suite's own, and removed after it."""
