"""The archive of an access request: a page to read, the same as data, and every file that was sent along."""

from __future__ import annotations

import json
import shutil
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from inbox.models import Attachment, Contact
from inbox.privacy.person import Person
from inbox.privacy.record import Record, files_of, record_of

PAGE = {"nl": "inzage.html", "en": "access.html"}
DATA = "data.json"


def write(contact: Contact, to: IO[bytes], *, language: str, with_notes: bool) -> int:
    """Write the archive of a person; return how many files of theirs are in it."""
    with translation.override(language):
        record = record_of(Person(contact), with_notes=with_notes)
        places = dict(files_of(record))
        with ZipFile(to, "w", ZIP_DEFLATED) as archive:
            missing = _add_files(archive, places)
            _forget_missing(record, missing)
            archive.writestr(DATA, json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
            page = {"record": record, "language": language}
            archive.writestr(PAGE[language], render_to_string("inbox/privacy/archive.html", page))
            archive.writestr("style.css", render_to_string("inbox/privacy/archive.css"))
    return len(places) - len(missing)


def _add_files(archive: ZipFile, places: dict[int, str]) -> set[str]:
    """Copy the files, piece by piece; return the places of those that are gone from the disk."""
    missing = set()
    for row in Attachment.objects.filter(pk__in=places).order_by("pk").iterator(chunk_size=200):
        place = places[row.pk]
        try:
            with row.file.open("rb") as source, archive.open(_stored(place), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            missing.add(place)
    return missing


def _stored(place: str) -> ZipInfo:
    """Pictures and films are packed already."""
    entry = ZipInfo(place)
    entry.compress_type = ZIP_STORED
    return entry


def _forget_missing(record: Record, missing: set[str]) -> None:
    said = [*record["elsewhere"], *(row for talk in record["conversations"] for row in talk["messages"])]
    for message in said:
        for file in message["files"]:
            file.pop("key", None)
            if file["path"] in missing:
                file["path"] = ""
