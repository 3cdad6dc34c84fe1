"""``python -m hrtem_transfer``."""

import sys

from hrtem_transfer.cli import main

sys.exit(main())
