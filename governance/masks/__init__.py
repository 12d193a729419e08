"""Masked columns: the items that leave under their masks, and whether these masks mask.

Belongs here: masks at work on rows. Keep out: the masks (`catalog_specs.masks`), which one
applies (`catalog_specs.rules.leaving`), which items leave (`outlets`).
"""
