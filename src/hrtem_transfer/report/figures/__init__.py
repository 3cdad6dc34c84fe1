"""The study's figures, each drawn from the tables alone."""
