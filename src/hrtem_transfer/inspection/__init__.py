"""What a sweep will do, what it costs, how far it is, and whether its files are what they were."""
