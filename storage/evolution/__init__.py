"""Evolution: differences between stored tables and the catalogue, and adapting a table.

Belongs here: one table at a time. Keep out: the order of all of them (`flow.upkeep.evolution`).
"""
