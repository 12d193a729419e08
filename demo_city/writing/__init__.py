"""From facts to the files that departments hand over, spoilt here and there on purpose.

Belongs here: texts, files, defects. Keep out: the facts themselves (`demo_city.society`).
"""
