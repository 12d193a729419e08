"""WHO MAY SEE WHAT, and who must put what right: keys, masks, grants, disclosure control, cases.

Belongs here: decisions about rights and the shaping of what leaves, as values. Keep out: judgement
of data quality (`quality`), making what leaves (`outlets`), the order of things (`flow`).
"""
