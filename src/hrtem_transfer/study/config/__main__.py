"""``python -m hrtem_transfer.study.config``: print the reference of all configuration keys (config/README.md).

With ``--schema``: a JSON schema (config/schema.json), from which editors complete and check while one types.
"""

import sys

from hrtem_transfer.study.config.reference import json_schema, reference

print(json_schema() if "--schema" in sys.argv[1:] else reference(), end="")
