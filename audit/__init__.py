"""Audit: who did what with the city's data, on whose approval and what for (八(二)、八(四)).

Belongs here: acts, the transparency log that they are entered in, its proofs and its verifier. Keep
out: when an act is entered (`flow`, `outlets`), and what an act does.
"""
