"""Rules about homes: the codes of what is found in one, and of what differs from the catalogue."""
