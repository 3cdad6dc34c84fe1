"""The explorer: one HTML file with all results, which needs nothing but a browser."""
