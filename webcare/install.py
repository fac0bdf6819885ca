"""Makes .venv and installs pinned packages into it; `make setup` runs it with a bare Python, so it imports no package.

uv installs many times faster than pip, so it is installed first; where it cannot work, pip does the same from the same
hashes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).resolve().parent.parent
_VENV = _ROOT / ".venv"
_PYTHON = _VENV / "bin" / "python"
_OWN_CODE = ("webcare", "channels", "inbox", "reports", "monitoring", "api", "crm", "assist", "publishing", "sandbox")


def main(requirements: str) -> None:
    """Install the named requirements file; ends with one clear sentence when that is impossible."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything else was checked
        sys.exit(f"Webcare needs Python 3.11 or newer, and {sys.executable} is older: run make with PYTHON=….")
    with _alone():
        # One that was interrupted while it was made may have a Python, and no way to install anything.
        if not (_works([str(_PYTHON), "-c", ""]) and _works([*_some_pip(), "--version"])):
            _make_venv()
        if not _install_with_uv(requirements) and not _pip("-r", requirements):
            sys.exit(f"The packages of {requirements} could not be installed: the lines above say why.")
        _compile_own_code()


def _alone() -> IO[str]:
    """Lock the repository's folder: two commands do not install at once."""
    folder = os.fdopen(os.open(_ROOT / "webcare" / "install.py", os.O_RDONLY))
    fcntl.flock(folder, fcntl.LOCK_EX)
    return folder


def _make_venv() -> None:
    print("Making .venv …", flush=True)
    if _try_venv():
        return
    # Debian keeps this part of Python in a package of its own.
    package = f"python3.{sys.version_info.minor}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"This Python lacks its venv part: installing {package} …", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        for name in (package, "python3-venv"):
            subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", name], check=False)
            if _try_venv():
                return
    shutil.rmtree(_VENV, ignore_errors=True)
    sys.exit(
        f"This Python cannot make virtual environments: install its venv part, e.g. `sudo apt-get install {package}`."
    )


def _try_venv() -> bool:
    make = [sys.executable, "-m", "venv", "--clear", str(_VENV)]
    if _works([*_pip_from_outside(sys.executable), "--version"]):
        # A pip of its own takes most of the time a venv takes, and is used once.
        return _works([*make, "--without-pip"])
    return _works(make) and _works([*_pip_inside(), "--version"])


def _pip_inside() -> list[str]:
    return [str(_PYTHON), "-m", "pip"]


def _pip_from_outside(into: str = str(_PYTHON)) -> list[str]:
    """The pip of the Python the venv is made with; 22.3 and newer install elsewhere."""
    return [sys.executable, "-m", "pip", "--python", into]


def _install_with_uv(requirements: str) -> bool:
    uv = [str(_PYTHON), "-m", "uv"]
    if not _works([*uv, "--version"]) and not _pip("--no-compile", "-r", "requirements-install.txt"):
        return False
    environment = dict(os.environ)
    index = os.environ.get("PIP_INDEX_URL") or _output([*_some_pip(), "config", "get", "global.index-url"])
    if index:  # the mirror that pip is told to use
        environment.setdefault("UV_DEFAULT_INDEX", index)
    install = [*uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(_PYTHON), "--require-hashes"]
    if subprocess.run([*install, "-r", requirements], cwd=_ROOT, env=environment, check=False).returncode == 0:
        return True
    print("uv could not do it; trying pip …", flush=True)
    return False


def _pip(*arguments: str) -> bool:
    command = [*_some_pip(), "install", "--quiet", "--disable-pip-version-check", "--require-hashes", *arguments]
    return subprocess.run(command, cwd=_ROOT, check=False).returncode == 0


def _compile_own_code() -> None:
    """Compile our modules as the packages were: no process does it again, whatever its environment says."""
    subprocess.run([str(_PYTHON), "-m", "compileall", "-q", *_OWN_CODE], cwd=_ROOT, check=False)


def _some_pip() -> list[str]:
    return _pip_inside() if _works([*_pip_inside(), "--version"]) else _pip_from_outside()


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1])
