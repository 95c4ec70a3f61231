"""How requests leave and what came back: paced, repeated where that is safe, recorded without values."""
