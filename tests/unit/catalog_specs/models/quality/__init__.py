"""Behaviour of the models of quality rules."""
