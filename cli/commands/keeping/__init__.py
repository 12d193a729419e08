"""Commands of keeping: what is wrong with a home, and what keeps it in order for years.

Belongs here: arguments and printing. Keep out: looking and doing (`flow.upkeep`).
"""
