"""From files to declared things: strict YAML, shapes, code tables, and what was found where.

Belongs here: everything that turns bytes into validated models or problems of form (CAT-1xx).
Keep out: laws, which need more than one file.
"""
