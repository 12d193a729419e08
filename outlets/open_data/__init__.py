"""Open data: immutable releases that exist only if nobody can be recognised in them (六(一)).

Belongs here: planning, releasing, retracting, the index. Keep out: masks (`governance.masks`).
"""
