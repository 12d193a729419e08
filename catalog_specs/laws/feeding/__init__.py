"""Laws about feeds: columns, options, declared steps, rules of quality.

Belongs here: laws about what departments deliver.
"""
