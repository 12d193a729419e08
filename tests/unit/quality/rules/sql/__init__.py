"""Behaviour of declared SQL."""
