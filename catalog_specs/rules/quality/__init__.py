"""Rules about quality rules: what one may name, and which figures may be stored.

Belongs here: what the laws and the gate both ask of a rule in YAML. Keep out: kinds of rules.
"""
