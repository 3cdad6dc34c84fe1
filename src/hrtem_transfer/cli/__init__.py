"""The command ``hrtem-transfer``: one module per command."""
