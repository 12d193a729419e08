"""UPKEEP: what keeps a home in order between runs.

Belongs here: looking for faults, bringing tables along with the catalogue, removing dead files.
Keep out: what is done with deliveries (`flow`).
"""
