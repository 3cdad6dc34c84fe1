"""The configuration: its schema, its reader, its reference page."""
