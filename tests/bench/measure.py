"""Runs a command and prints what it cost, as one JSON line on standard output.

The command's own standard output goes to standard error, so that the line stays alone. Peak memory is the
kernel's own count (`ru_maxrss`), which no sampling can miss.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Measures the command of the arguments."""
    begin = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    cost = {
        "wall": time.monotonic() - begin,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
        "exit": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
