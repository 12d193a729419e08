"""Pages: one module for each kind of page, a pure function of facts.

Belongs here: what a page says, in which order, in words of both languages. Keep out: reading
(`facts`), HTML (`templates`, `marks`).
"""
