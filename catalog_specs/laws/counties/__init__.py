"""Laws about county catalogues: how they extend the city's, and what they may call theirs.

Keep out: laws that hold for a city and its counties alike.
"""
