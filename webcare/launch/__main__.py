"""`python -m webcare.launch demo | run | services [-- command …] | reset | forget`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from webcare import embedded
from webcare.launch import forget, surroundings
from webcare.launch.demo import Demo
from webcare.launch.errors import LaunchError
from webcare.launch.run import Run


def main() -> int:
    """Do what the command line asks; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m webcare.launch")
    parser.add_argument("what", choices=["demo", "run", "services", "reset", "forget"])
    parser.add_argument("command", nargs=argparse.REMAINDER, help="after `services --`: what to run meanwhile")
    asked = parser.parse_args()
    try:
        match asked.what:
            case "demo":
                return Demo(surroundings.for_demo()).run()
            case "run":
                return Run(surroundings.for_run()).run()
            case "services":
                return _services([part for part in asked.command if part != "--"])
            case "reset":
                forget.everything_of(surroundings.demo_folder())
            case "forget":
                forget.everything_of(embedded.data_dir())
    except (embedded.EmbeddedError, LaunchError) as error:
        print(f"{error}"[:1].upper() + f"{error}"[1:], file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _services(command: list[str]) -> int:
    """Run a command, or wait for Ctrl-C, while the embedded servers are up; it finds pg_dump and psql on its path."""
    services = embedded.locate()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with embedded.using(services):
        path = f"{embedded.Postgres(services).bin()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        addresses = {
            "DATABASE_URL": embedded.configured("DATABASE_URL") or services.database_url,
            "REDIS_URL": embedded.configured("REDIS_URL") or services.redis_url,
        }
        environment = {**os.environ, **addresses, "PATH": path}
        if command:
            return subprocess.run(command, env=environment, check=False).returncode
        print(f"DATABASE_URL={services.database_url}\nREDIS_URL={services.redis_url}\nCtrl-C stops them.", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
