"""Commands of governing: grants, stewards, what consumers may ask, and copies handed out."""
