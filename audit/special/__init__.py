"""Acts of the special procedure (五(九)): a commitment in the log, the act itself sealed apart.

Belongs here: putting bodies away, opening and checking them. Keep out: the log (`audit.log`).
"""
