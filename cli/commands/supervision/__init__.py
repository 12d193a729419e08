"""Commands of supervision: violations, scores and certificates."""
