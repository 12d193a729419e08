"""Commands of governing: grants, and the stewards who decide them."""
