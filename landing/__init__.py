"""WHAT WAS DELIVERED: inboxes, pulls, raw bytes kept, records numbered, a receipt (四(三)).

Belongs here: from a file that waits to a delivery. Keep out: formats (`feeds`), rules (`quality`).
"""
