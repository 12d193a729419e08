"""Reading catalogue files: strict YAML, shapes, code tables, and the declarations found.

Belongs here: everything that turns bytes into validated models or problems of form (CAT-1xx).
Keep out: laws, which need more than one file.
"""
