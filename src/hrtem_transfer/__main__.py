"""``python -m hrtem_transfer``."""

import sys

from hrtem_transfer.cli.main import main

sys.exit(main())
