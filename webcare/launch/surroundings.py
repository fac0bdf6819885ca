"""The environment variables the processes get: a demo's are made up here, those of real use must be given."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from webcare import embedded, keys
from webcare.launch.errors import LaunchError

_KEPT = "environment.json"
MAIL_ABOVE = (1000, 2000)  # the sandbox's port: where its IMAP and SMTP are


def demo_folder() -> Path:
    """Return the demo's data folder, apart from real data: people and passwords of a demo never meet real ones."""
    base = embedded.data_dir()
    return base if base.name == "demo" else base / "demo"


def for_demo() -> dict[str, str]:
    """Return the demo's environment, and keep it for manage.py in another terminal.

    Secrets are made at the first start and stay. Raises LaunchError for a bad port or a folder that cannot be written.
    """
    folder = demo_folder()
    sandbox = f"http://127.0.0.1:{port('SANDBOX_PORT', 9009)}"
    # Mail has ports of its own, above the sandbox's; where there is no room, none that anybody signs in for.
    imap, smtp = (port("SANDBOX_PORT", 9009) + above for above in MAIL_ABOVE)
    kept = demo_environment()
    made = {
        "WEBCARE_DEMO": "1",
        "WEBCARE_DATA": str(folder),
        "SECRET_KEY": kept.get("SECRET_KEY") or secrets.token_urlsafe(48),
        "CREDENTIAL_KEYS": kept.get("CREDENTIAL_KEYS") or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]"),
        "PUBLIC_URL": f"http://127.0.0.1:{port('PORT', 8000)}",
        "PORT": str(port("PORT", 8000)),
        "SANDBOX_PORT": str(port("SANDBOX_PORT", 9009)),
        "SANDBOX_URL": sandbox,
        "X_API_BASE": sandbox,
        "X_UPLOAD_BASE": sandbox,
        "GRAPH_API_BASE": sandbox,
        "YOUTUBE_API_BASE": sandbox,
        "GOOGLE_TOKEN_BASE": sandbox,
        "YOUTUBE_QUOTA": "100000",  # so that comments come in as one writes them
        "X_LOGIN_BASE": sandbox,
        "X_OAUTH1_LOGIN_BASE": sandbox,
        "META_LOGIN_BASE": sandbox,
        "GOOGLE_LOGIN_BASE": sandbox,
        "MICROSOFT_LOGIN_BASE": sandbox,
        "MICROSOFT_TOKEN_BASE": sandbox,
        **dict.fromkeys(("MICROSOFT_IMAP", "GOOGLE_IMAP"), f"127.0.0.1:{imap}"),
        **dict.fromkeys(("MICROSOFT_SMTP", "GOOGLE_SMTP"), f"127.0.0.1:{smtp}"),
        "MEDIA_SANDBOX": sandbox,
        "SALESFORCE_BASE": sandbox,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writing = folder / f"{_KEPT}.new"
        writing.touch(mode=0o600)
        writing.chmod(0o600)
        writing.write_text(json.dumps(made, indent=1))
        writing.replace(folder / _KEPT)
    except OSError as error:
        raise LaunchError(
            f"Nothing can be written in {folder}: {error.strerror}. Set WEBCARE_DATA to a folder that you may write to."
        ) from error
    return {**os.environ, **made}


def demo_environment() -> dict[str, str]:
    """Return the demo's last environment here, empty without one of ours."""
    try:
        kept = json.loads((demo_folder() / _KEPT).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in kept.items()}


def for_run() -> dict[str, str]:
    """Return the environment for real accounts; raises LaunchError that names what is not set and how to make it."""
    hints = {
        "SECRET_KEY": "a long random text, e.g. of `openssl rand -base64 48`",
        "CREDENTIAL_KEYS": "the key that encrypts the accounts' tokens, of `make key`",
        "ALLOWED_HOSTS": "the host names of Webcare's address, e.g. webcare.example.nl",
    }
    absent = [
        f"{name} ({hint})"
        for name, hint in hints.items()
        if not (os.environ.get(name) or os.environ.get(f"{name}_FILE"))
    ]
    if absent:
        raise LaunchError(
            f"Webcare does not start for real accounts without {', '.join(absent)}: set that, or try `make demo`."
        )
    checks = (
        ("SECRET_KEY", keys.fault_of_secret),
        ("CREDENTIAL_KEYS", keys.fault_of_credential_keys),
        ("ALLOWED_HOSTS", keys.fault_of_hosts),
    )
    for name, fault_of in checks:
        if fault := fault_of(_given(name)):
            raise LaunchError(f"Webcare does not start for real accounts: {fault}")
    return {**os.environ, "WEBCARE_DEMO": "0", "PORT": str(port("PORT", 8000))}


def _given(name: str) -> str:
    """Return a variable's text, or that of the file which `<name>_FILE` names. Raises LaunchError."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise LaunchError(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error


def speak_to_demo() -> bool:
    """Let this process use the demo's data and secrets, if there is a demo; what else is set stays.

    Returns whether there is one.
    """
    kept = demo_environment()
    for name, value in kept.items():
        # The demo lives in a folder of its own within WEBCARE_DATA: never the one beside it.
        if name == "WEBCARE_DATA":
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
    return bool(kept)


def port(name: str, default: int) -> int:
    """Return the port number of a variable; raises LaunchError when it is none."""
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise LaunchError(f"{name} must be a port number between 1 and 65535, not {value!r}.")
    return int(value)
