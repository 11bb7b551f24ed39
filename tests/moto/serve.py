"""Serves moto on a free loopback port for as long as its standard input is open.

A server that is bound to its parent's pipe cannot outlive a test run that was killed, and a port that the
kernel chose cannot collide with another run on the same machine.
"""

from __future__ import annotations

import logging
import sys

from moto.server import ThreadedMotoServer


def main() -> None:
    """Prints the URL as the first line, then waits for the end of standard input."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
