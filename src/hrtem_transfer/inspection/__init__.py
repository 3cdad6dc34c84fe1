"""What a sweep will do, what it costs, and how far it is."""
