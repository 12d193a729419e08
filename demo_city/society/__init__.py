"""The made-up city's people, firms, places and how they change, from one seed.

Belongs here: facts. Keep out: how a department writes them down (`demo_city.writing`).
"""
