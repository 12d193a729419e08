"""Masks of values that leave: one file a kind, in `kinds/`.

Belongs here: what every kind answers (`mask`), finding the kinds (`registry`), their page in the
docs (`page`). Keep out: which mask applies to which item (`catalog_specs.rules`), making tables of
masked columns (`governance.masks`).
"""
