"""Whoever follows any link of any page they may see arrives: no 403, no 404, no error, in every role."""

from __future__ import annotations

import html
import re
from collections import deque
from urllib.parse import urldefrag, urlsplit

import pytest
from django.test import Client

from inbox.library import guidelines
from inbox.lists import saved_views
from inbox.models import CannedReply, CannedText, Guideline, Label, Team, User
from inbox.triage import assignment, labels
from tests import factories
from tests.support.profiles import cases, is_thorough

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"', re.DOTALL)
_ASKED = re.compile(r'\bhx-get="([^"]+)"')  # what a page asks for by itself is seen too
MOST = 250
# One address with many queries is one page: a few of each are enough.
EACH = 12 if is_thorough() else 2


@pytest.fixture
def busy_inbox() -> None:
    """Something of everything, made by a lead."""
    lead, other = factories.make_user("lead", first_name="Sanne"), factories.make_user(first_name="Joost")
    account, removed = factories.make_account(), factories.make_account("facebook")
    team, label = Team.objects.create(name="Nacht"), Label.objects.create(name="Bezorging", is_complaint=True)
    labels.set_members(team, [lead, other], lead)
    for scope in ("all", "team"):
        canned = CannedReply.objects.create(title=f"Retour {scope}", owner=lead, scope=scope, team=team)
        CannedText.objects.create(canned=canned, text="Dag!")
    guidelines.write(Guideline(title="Zo antwoorden wij"), "Kort.", lead)
    saved_views.keep("Nachtploeg", f"team={team.code}", by=lead, shared=True)
    rows = [factories.make_conversation(account) for _n in range(3)] + [factories.make_conversation(removed)]
    for row in rows:
        labels.give_to_team(row, team, lead)
        labels.add_label(row, label, lead)
    factories.make_answer(rows[0], lead)
    factories.make_note(rows[1], lead, f"@{other.first_name} kijk jij? https://apple.com@evil.example/")
    assignment.close(rows[2], lead, "no_question")
    removed.removed_at = rows[3].created_at
    removed.save()


def links_of(page: str, at: str) -> set[str]:
    """The addresses of ours that a page leads to."""
    found = set()
    for link in [*_LINK.findall(page), *_ASKED.findall(page)]:
        address = urldefrag(html.unescape(link)).url
        if address.startswith("?"):
            address = urlsplit(at).path + address
        if address.startswith("/") and not address.startswith(("//", "/static/", "/files/")):
            found.add(address)
    return found


@cases("role", ["admin", "lead", "agent", "auditor"])
def test_every_link_of_every_page_arrives(role: str, busy_inbox: None, settings: object) -> None:
    person: User = factories.make_user(role, language="en")
    page = Client()
    page.force_login(person)
    first = "/log/" if role == "auditor" else "/inbox/"
    waiting, seen, lost = deque([first]), {first}, []
    visited = 0
    while waiting and visited < MOST:
        address = waiting.popleft()
        answer = page.get(address, follow=True)
        visited += 1
        if answer.status_code != 200:
            lost.append((answer.status_code, address))
            continue
        if "text/html" not in answer.headers["Content-Type"]:
            continue
        for link in links_of(answer.content.decode(), address) - seen:
            seen.add(link)
            if sum(urlsplit(link).path == urlsplit(other).path for other in seen) <= EACH:
                waiting.append(link)
    assert lost == []
    assert visited > (10 if role == "auditor" else 40)
