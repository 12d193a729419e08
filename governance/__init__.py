"""WHO MAY SEE WHAT: keys, masks, grants, row filters, disclosure control.

Belongs here: decisions about rights and the shaping of what leaves, as values. Keep out: judgement
of data quality (`quality`), making what leaves (`outlets`), the order of things (`flow`).
"""
