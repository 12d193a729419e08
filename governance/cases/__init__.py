"""Cases: what somebody must put right, by when, and how it ended (七).

Belongs here: signals, the states of a case and what changes them, clocks, corrections that
consumers report, notices. Keep out: the tables (`governance.store`), finding facts that open a case
(each stage has its own, listed in `flow.desk`), printing.
"""
