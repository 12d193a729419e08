"""Commands of governing: grants, matters, stewards, what consumers may ask, and copies."""
