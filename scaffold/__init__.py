"""Scaffolding: a proposed resource file from a sample of real data, for `quanshu scaffold`.

Belongs here: what the columns of a sample look like (`looks`), which elements of the city's
dictionary they may be (`matching`), and the file that is proposed (`proposal`, `pages`). No value
of the sample stands in what is proposed. Keep out: reading files (`feeds`).
"""
