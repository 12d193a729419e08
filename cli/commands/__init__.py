"""The commands, one module a group.

Belongs here: arguments, calling one plain function, printing what came of it.
"""
