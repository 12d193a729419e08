"""Small cities to test with."""
