"""WHO MAY SEE WHAT: keys, masks, grants, shares, disclosure control, open data.

Belongs here: decisions about rights and the shaping of what leaves. Keep out: judgement of data
quality (`quality`), opening files of the lake (`lakehouse`), orchestration (`assets`, `pipelines`).
"""
