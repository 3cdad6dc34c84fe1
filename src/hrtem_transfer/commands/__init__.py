"""One module per command of ``hrtem-transfer``: ``HELP``, ``add_arguments(parser)`` and ``run(arguments)``."""
