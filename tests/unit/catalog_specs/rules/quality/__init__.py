"""Behaviour of the rules about quality rules."""
