"""``python -m hrtem_transfer.config``: print the reference of all configuration keys (config/README.md)."""

from hrtem_transfer.config.reference import reference

print(reference(), end="")
