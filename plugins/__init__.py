"""What the suite adds to pytest, one file each."""
