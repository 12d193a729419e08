"""Masks: which applies to which item, how it is rendered, and whether it masks.

Belongs here: masks alone. Keep out: which items leave (`outlets`).
"""
