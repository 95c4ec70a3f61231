"""Tests of the suite as a whole: its runs, features, documents and code."""
