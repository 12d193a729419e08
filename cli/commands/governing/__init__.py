"""Commands of governing: grants and their stewards, what consumers may ask, and copies handed out."""
