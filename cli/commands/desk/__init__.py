"""Commands of the desk: cases, corrections, due times, comparisons, rechecks, the report."""
