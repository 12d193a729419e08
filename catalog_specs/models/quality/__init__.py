"""Models of what a resource asks of its data beyond its items.

Belongs here: quality rules and their forms. Keep out: rules that follow from items.
"""
