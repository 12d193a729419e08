"""Handover: copies given to consumers, called back when their grant ended, and found again.

Belongs here: the order of it, and whether a grant still holds. Keep out: the files and their marks
(`outlets.handover`), the ledgers (`register.copies`).
"""
