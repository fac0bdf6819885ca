"""docs/running.md tells the limits that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from channels import downloads, pictures, tasks
from channels.intake import deliveries
from channels.livechat.public import stream
from inbox.live import sse
from inbox.triage import estimates
from webcare.lib import picture_process
from webcare.server import bodies, connections, rate_limits
from webcare.server.bodies import KB, MB

TOLD = (Path(settings.BASE_DIR) / "docs" / "running.md").read_text(encoding="utf-8")
LIMITS = {
    "headers": f"{connections.HEADER_SECONDS:g} seconds, {connections.HEADER_BYTES // KB} KB",
    "a body's time": f"{bodies.GRACE_SECONDS:g} seconds, longer only at {bodies.SLOWEST // KB} KB a second, "
    f"{bodies.LONGEST_SECONDS:g} seconds at most",
    "a body's size": f"{bodies.LARGEST_UPLOAD // MB} MB of who is signed in, {bodies.LARGEST_FORM // MB} MB of others "
    f"and of webhooks, {bodies.LARGEST_SIGN_IN // KB} KB below `/account/` and of a chat's visitors, "
    f"{bodies.LARGEST_OF_VISITOR // MB} MB of a file of theirs",
    "unfinished bodies of one address": f"{bodies.OPEN_OF_ADDRESS}",
    "bytes of one address's bodies at once": f"{bodies.KEPT_OF_ADDRESS // MB} MB",
    "bytes of all bodies at once": f"{bodies.KEPT_AT_ONCE // MB} MB, {bodies.FOR_WEBHOOKS // MB} MB of them for "
    "webhooks alone",
    "an answer's reader": f"at least {connections.STALL_BYTES // KB} KB in {connections.STALL_SECONDS:g} seconds",
    "live streams of one person": f"{sse.PER_PERSON}",
    "chats that listen": f"{stream.PER_VISITOR} of one visitor, {stream.PER_NETWORK} of one network, "
    f"{stream.MOST} of each process",
    "what needs no signing in, of one address": f"{rate_limits.MOST} a minute of each process",
    "reading a webhook's body": f"{deliveries.LONGEST:g} seconds of processor time and {deliveries.LONGEST_PER_MB:g} "
    f"for each MB, {deliveries.LONGEST_AT_ALL:g} at most",
    "a reader of webhooks that hangs": f"{tasks.LONGEST_READING} seconds",
    "telling a text's mood and language": f"{estimates.LONGEST:g} second of processor time",
    "fetching a customer's file": f"{downloads.MOST_SECONDS} seconds",
    "making a picture anew": f"{pictures.MOST_SECONDS} seconds, {picture_process.MOST_PIXELS // 1_000_000} megapixels",
}


@pytest.mark.parametrize(("what", "much"), LIMITS.items())
def test_a_limit_is_told_as_the_code_has_it(what: str, much: str) -> None:
    assert f"| {what} | {much} |" in TOLD


def test_losses_and_memory_are_told_as_the_code_has_them() -> None:
    assert f"that ends {deliveries.MOST_LOSSES} readers alone" in TOLD
    assert f"above {bodies.IN_MEMORY // KB} KB waits in a temporary file" in TOLD


def test_networks_that_compose_trusts_are_told() -> None:
    compose = (Path(settings.BASE_DIR) / "docker-compose.yml").read_text(encoding="utf-8")
    trusted = compose.partition("TRUSTED_PROXIES:-")[2].partition("}")[0].split(",")
    assert trusted
    assert all(f"`{network}`" in TOLD for network in trusted)


def test_compose_passes_on_what_an_operator_may_set() -> None:
    compose = (Path(settings.BASE_DIR) / "docker-compose.yml").read_text(encoding="utf-8")
    lines = TOLD.partition("## Real accounts")[2].partition("\n## ")[0].splitlines()
    told = {name for line in lines if line.startswith("| `") for name in re.findall(r"`([A-Z_]+)`", line.split("|")[1])}
    assert len(told) > 30
    of_compose = {"PORT", "WEBCARE_DATA", "MEDIA_ROOT", "STATIC_ROOT"}  # where things are is the image's
    of_the_demo = {"SALESFORCE_BASE"}
    passed = set(re.findall(r"^ +([A-Z_]+):", compose, re.MULTILINE))
    assert told - passed == of_compose | of_the_demo
