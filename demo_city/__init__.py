"""A made-up city: deterministic synthetic feeds with planted defects and their answer key.

Belongs here: people, firms and things that hang together, files as departments would hand them
over, and the list of what a quality gate must find. Keep out: taking the feeds anywhere (`cli`).
Nobody in it exists; ids are well-formed and belong to no one on purpose.
"""
