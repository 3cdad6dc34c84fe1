"""The command ``hrtem-transfer``: what people ask of a sweep. The workflow itself never needs it."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from hrtem_transfer import __version__
from hrtem_transfer.storage.extras import explained
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.storage.terminal import inert_output
from hrtem_transfer.study.config.problems import ConfigError

# A command is a module beside this one with `HELP`, `add_arguments(parser)` and `run(arguments) -> exit code or None`.
COMMANDS = {
    "init": "init",
    "plan": "plan",
    "show": "show",
    "status": "status",
    "verify": "verify",
    "collect": "collect",
    "report": "report",
    "compare": "compare",
    "import": "import_",
}


@inert_output()
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the process's exit code (0 good, 1 problem in data or results, 2 wrong call)."""
    parser = argparse.ArgumentParser(prog="hrtem-transfer", description="What people ask of a sweep.")
    parser.add_argument("--version", action="version", version=f"hrtem-transfer {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="command")
    words = list(sys.argv[1:] if arguments is None else arguments)
    # The module of the command that is called, or all of them for their help.
    called = [words[0]] if words and words[0] in COMMANDS else COMMANDS
    modules = {name: importlib.import_module(f"hrtem_transfer.cli.{COMMANDS[name]}") for name in called}
    for name, module in modules.items():
        module.add_arguments(subparsers.add_parser(name, help=module.HELP, description=module.HELP))
    chosen = parser.parse_args(words)
    if chosen.command is None:
        parser.print_help()
        return 0
    try:
        with explained(f"hrtem-transfer {chosen.command} needs"):
            return modules[chosen.command].run(chosen) or 0
    except (ConfigError, DataError) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our output went away (a pager, `head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"{error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
