"""Laws about county catalogues, each broken in one place."""
