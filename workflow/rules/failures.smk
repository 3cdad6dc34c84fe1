# The last words of a sweep that did not finish: where to read why.
import sys
from shlex import quote


onerror:
    marked = [line for file in log for line in open(file) if "(check log file(s)" in line]
    logs = dict.fromkeys(path for line in marked for path in line.split("log: ")[1].split(" (")[0].split(", "))
    if logs:
        print(
            "Jobs failed, at least once. Their logs, as far as they were begun:", *logs, sep="\n  ", file=sys.stderr
        )
        print(f"What is left, and why: hrtem-transfer status {quote(ROOT)}", file=sys.stderr)
        print(f"Tables of what is there: hrtem-transfer collect {quote(ROOT)}", file=sys.stderr)
