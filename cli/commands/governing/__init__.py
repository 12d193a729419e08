"""Commands of governing: grants, the stewards who decide them, and what consumers may ask."""
