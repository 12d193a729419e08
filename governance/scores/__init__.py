"""Scores: how a department does in each dimension, by a published formula, as of any day (九(一)).

Everything here is worked out from ledgers, as they stood at the end of a local day: the same day
gives the same bytes, however much was delivered since. `docs/quality.md` publishes the formula.
"""
