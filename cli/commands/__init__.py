"""The commands, one module for each group.

Belongs here: arguments, calling one plain function, printing what came of it.
"""
