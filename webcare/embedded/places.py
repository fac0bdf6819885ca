"""Where the embedded servers live: data, sockets and programs, and the user they run as."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from webcare.embedded.errors import EmbeddedError

_REPOSITORY = Path(__file__).resolve().parent.parent.parent
_SYSTEM_USER = "webcare"
_LONGEST_SOCKET = "/.s.PGSQL.5432.lock"
# A unix socket's path holds 107 bytes; other characters than these would need quoting in libpq, Redis and Celery URLs.
_PLAIN_PATH = re.compile(rf"[A-Za-z0-9._/-]{{1,{107 - len(_LONGEST_SOCKET)}}}")


@dataclass(frozen=True)
class Services:
    """The addresses and folders of one pair of embedded servers.

    `data` holds what is Webcare's on this machine; `home` holds the servers' data, elsewhere only when root cannot
    share `data`; `sockets` is a private folder with a short path.
    """

    data: Path
    home: Path
    sockets: Path

    @property
    def database_url(self) -> str:
        """Address of the database for libpq and settings."""
        return f"postgresql://webcare@/webcare?host={urllib.parse.quote(str(self.sockets), safe='/')}"

    @property
    def redis_url(self) -> str:
        """Address of Redis for redis-py."""
        return f"unix://{self.sockets}/redis.sock"

    @property
    def postgres_data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "postgres"

    @property
    def redis_data(self) -> Path:
        """Redis' data folder."""
        return self.home / "redis"

    @property
    def logs(self) -> Path:
        """Folder of all log files."""
        return self.data / "logs"


def data_dir() -> Path:
    """Return the folder for all that Webcare keeps on this machine: WEBCARE_DATA, else `.webcare` in the repository."""
    configured = os.environ.get("WEBCARE_DATA")
    return Path(os.path.abspath(Path(configured).expanduser())) if configured else _REPOSITORY / ".webcare"


def locate(data: Path | None = None) -> Services:
    """Return the addresses for a data folder; creates and starts nothing, and always answers the same for a folder."""
    data = Path(os.path.abspath(data)) if data else data_dir()
    home = _home(data)
    sockets = home / "run"
    if not _PLAIN_PATH.fullmatch(str(sockets)):
        sockets = _private_temporary(data)
    return Services(data=data, home=home, sockets=sockets)


def prepare_folders(services: Services) -> None:
    """Create the folders that are ours, private where they must be; raises EmbeddedError when that is impossible."""
    try:
        _make(services.data, 0o755)
        _make(services.logs, 0o700)
        _make(services.home, 0o755)
        if services.home != services.data:
            _note_where(services)
        owner = servers_user()
        for folder in (services.postgres_data.parent / "run", services.sockets, services.redis_data):
            _make_private(folder, owner)
    except OSError as error:
        place = error.filename or services.data
        raise EmbeddedError(
            f"Nothing can be written at {place}: {error.strerror}. Set WEBCARE_DATA to a folder that you may write to."
        ) from error
    if owner and not _reaches(owner, services.redis_data):
        raise EmbeddedError(
            f"The user {owner.pw_name}, who runs PostgreSQL for root, cannot reach {services.home}: "
            "open the folders above it (chmod o+x) or set WEBCARE_DATA to a folder that everybody may enter."
        )


@functools.cache
def servers_user() -> pwd.struct_passwd | None:
    """Return the unprivileged user who runs the servers when we are root, None when we are not.

    PostgreSQL refuses to run as root, and initdb needs a user with a name; so root gets a system user of Webcare's own.
    """
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(_SYSTEM_USER)
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    with contextlib.suppress(OSError):
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", _SYSTEM_USER], check=False, capture_output=True)
    for name in (_SYSTEM_USER, "postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and no other user can be made here: start Webcare as an ordinary user."
    )


def _home(data: Path) -> Path:
    note = data / "postgres"
    with contextlib.suppress(OSError):
        return Path(os.readlink(note)).parent
    if os.path.isdir(note) or os.geteuid() != 0 or _open_to_others(data):
        return data
    name = f"webcare-{_short_hash(data)}"
    system = Path("/var/lib")
    return system / name if os.access(system, os.W_OK) else Path(tempfile.gettempdir()) / name


def _open_to_others(folder: Path) -> bool:
    """True when every existing folder on the way lets everybody through."""
    for parent in (folder, *folder.parents):
        with contextlib.suppress(OSError):  # not there yet, or preparing it will say why not
            if not parent.stat().st_mode & stat.S_IXOTH:
                return False
    return True


def _note_where(services: Services) -> None:
    """Leave symbolic links in the data folder to the data that had to live elsewhere.

    Without a link, older data there belongs to a data folder that somebody removed: it is set aside, not shown again.
    """
    for place in (services.postgres_data, services.redis_data):
        link = services.data / place.name
        if link.is_symlink():
            continue
        if place.exists():
            aside = place.with_name(f"{place.name}.old")
            shutil.rmtree(aside, ignore_errors=True)
            place.rename(aside)
        link.symlink_to(place)


def _make(folder: Path, mode: int) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)


def _make_private(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Create a folder for one user alone; one that is there must already be that user's, or root's to give."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    mine = owner.pw_uid if owner else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (mine, os.geteuid()):
        raise EmbeddedError(
            f"{folder} belongs to another user: start Webcare as that user, or set WEBCARE_DATA to another folder."
        )
    if owner and found.st_uid != mine:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def _reaches(owner: pwd.struct_passwd, folder: Path) -> bool:
    """True when that user may really enter the folder (access lists included)."""
    try:
        tried = subprocess.run(
            ["test", "-w", str(folder)], cwd="/", user=owner.pw_uid, group=owner.pw_gid, extra_groups=[], check=False
        )
    except PermissionError as error:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and root may not become another user here: "
            "start Webcare as an ordinary user."
        ) from error
    return tried.returncode == 0


def _private_temporary(data: Path) -> Path:
    return Path(tempfile.gettempdir()) / f"webcare-{os.geteuid()}-{_short_hash(data)}"


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
