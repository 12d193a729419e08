"""The `quanshu` command: one module for each command group, heavy imports inside functions.

Belongs here: arguments, progress, printing, exit codes. Keep out: anything a page or a test would
want to call; that lives in the packages below.
"""
