"""THE ONE COPY of every fact: changes by passed deliveries, and the origin of rows (三(一)).

Belongs here: difference, order of changes, promotion, lineage. Keep out: whether rows are good
enough (`quality`), who may see them (`governance`).
"""
