"""FROM A FILE to records of text, whatever its format, without losing a record.

Belongs here: recognising a file, reading it, in a process of its own where anybody may have made
it. Keep out: what a text means (`values`), where a delivery lies (`landing`).
"""
