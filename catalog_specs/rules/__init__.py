"""Rules that laws and runs both ask: each written once, so that neither can say otherwise.

Belongs here: pure functions over the catalogue, and closed sets with their wording. Keep out:
finding faults (`catalog_specs.laws`), doing anything.
"""
