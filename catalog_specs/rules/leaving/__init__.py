"""Rules about what leaves: asked by the laws of `catalog_specs.laws.leaving`, and again by a run.

Belongs here: pure functions over declared models. Keep out: finding faults in a catalogue, rows.
"""
