"""THE ONE COPY of every fact: what a passed delivery changes, and where a row is from (三(一)).

Belongs here: difference, order of changes, promotion, lineage. Keep out: whether rows are good
enough (`quality`), who may see them (`governance`).
"""
