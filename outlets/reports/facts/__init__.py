"""Facts of the report: read from ledgers and registers once, as frozen values.

Belongs here: reading, and what a reader of pages asks of them. Keep out: pages, words, HTML.
"""
