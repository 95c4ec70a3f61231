"""The reports of a run, all made from the contents of `verdict.json`."""
