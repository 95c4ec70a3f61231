"""The commands beside pytest, one file each."""
