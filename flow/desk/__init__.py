"""THE DESK: what follows from a run for the quality officer, and what officers decide.

Belongs here: the order of it: signals gathered, cases settled, clocks looked at, parties told; one
act of a command on a case. Keep out: what a case is and does (`governance.cases`), printing.
SQLAlchemy is imported inside functions: a run in which nothing happens must not wait for it.
"""
