"""Everything goes wrong while people are at work: the pages say what, and afterwards nothing is lost or double."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.flow.conftest import Visit
from tests.flow.system import PATIENCE, Agent, System, eventually

pytestmark = pytest.mark.browser
ADMIN = "mila@veldhuis.example"
# name, endpoint, mode, n, platform
STORM = (
    ("rate_limit", "GET /2/users/*/mentions", "every", 2, "x"),
    ("rate_limit_legacy", "GET /2/users/*/mentions", "every", 3, "x"),
    ("server_error_html", "*", "always", 1, "instagram"),
    ("token_expired", "*", "always", 1, "facebook"),
    ("hang_after_accept", "POST /2/tweets", "next", 1, "x"),
    ("rate_limit_no_reset", "POST /2/tweets", "every", 3, "x"),
    ("lost", "webhook", "always", 1, "facebook"),
    ("lost", "webhook", "always", 1, "instagram"),
    ("lost", "webhook", "every", 2, "x"),
    ("duplicate", "webhook", "every", 2, "whatsapp"),
    ("reorder", "webhook", "every", 3, "whatsapp"),
)
KINDS = {"x": "post", "facebook": "visitor_post", "instagram": "comment", "whatsapp": "text"}


@pytest.fixture
def storm(system: System) -> Iterator[None]:
    """Nothing works as it should."""
    for name, endpoint, mode, n, platform in STORM:
        body = {"fault": name, "endpoint": endpoint, "mode": mode, "n": n, "platform": platform}
        system.control("POST", "/control/faults", **body)
    yield
    system.control("DELETE", "/control/faults")


def test_pages_name_the_fault_and_later_hold_everything_once(
    system: System, agent: Agent, visit: Visit, storm: None
) -> None:
    people = [f"storm{number}" for number in range(4)]
    inbox, accounts = visit("/inbox/"), visit("/accounts/", ADMIN)
    media = system.say("instagram", "media", "veldhuiswonen", "Nieuwe lampen", to="veldhuiswonen", ref="lampen")
    said = {}
    for number in range(24):
        platform = list(KINDS)[number % 4]
        name = "@veldhuiswonen " if platform == "x" else ""
        text = f"{name}Het stormt hier, deel {number}"
        more = (
            {"in_reply_to": media}
            if platform == "instagram"
            else {"to": "veldhuiswonen" if platform != "whatsapp" else None}
        )
        said[system.say(platform, KINDS[platform], people[number // 4 % 4], text, **more)] = text
    answers = _answer_what_came_in(system, agent)
    _the_pages_say_so(system, inbox, accounts)
    system.control("DELETE", "/control/faults")
    _connect_again(system, visit)

    def calm() -> bool:
        system.let_time_pass()
        return not _lacking(system, said) and _states(system, answers) == {"sent": len(answers)}

    eventually(calm, "everything arrives and leaves after the storm")
    kept = Counter(
        row[0] for row in system.rows("SELECT external_id FROM inbox_message WHERE text LIKE '%%stormt hier%%'")
    )
    assert kept == Counter(list(said))
    sent = Counter(post["text"].removesuffix(" ^FB") for post in system.said_on("x") if post["by_brand"])
    assert {text: sent[text] for text in answers.values()} == dict.fromkeys(answers.values(), 1)
    accounts.reload()
    expect(accounts.locator(".accounts .health-bad")).to_have_count(0)
    inbox.reload()
    expect(inbox.locator("#list .banner", has_text="disconnected")).to_have_count(0)


def _answer_what_came_in(system: System, agent: Agent) -> dict[str, str]:
    """Answer those on X whose post is there: one by webhook, the others when they are polled."""
    statement = (
        "SELECT DISTINCT c.code::text, i.handle FROM inbox_conversation c JOIN inbox_identity i ON i.id = c.identity_id"
        " JOIN channels_account a ON a.id = c.account_id WHERE a.platform = 'x' AND i.handle LIKE 'storm%%'"
    )
    waiting = eventually(lambda: len(found := system.rows(statement)) > 1 and found, "some came in all the same")
    texts = {code: f"Wij houden het droog voor {handle}." for code, handle in waiting}
    return {agent.answer(code, text): text for code, text in texts.items()}


def _the_pages_say_so(system: System, inbox: Page, accounts: Page) -> None:
    """Access lost, a limit and a disturbance, each in a sentence; and to everybody that messages do not come in."""
    rows = {
        "facebook": "Connect again.*has refused our access since",
        # Which of both comes first is chance: part of Instagram is asked in the name of its page.
        "instagram": "Trouble since|Connect again",
        "x": "Slower until.*allows no more requests for now",
    }

    def shown() -> bool:
        system.change("UPDATE channels_stream SET next_poll_at = now() WHERE next_poll_at > now() AND failures = 0")
        accounts.reload()
        texts = accounts.locator(".accounts tbody tr").all_inner_texts()
        return all(any(re.search(words, text, re.DOTALL) for text in texts) for words in rows.values())

    eventually(shown, "the accounts page says what is wrong")
    inbox.reload()
    banner = inbox.locator("#list .banner", has_text="@veldhuiswonen on Facebook has been disconnected since")
    expect(banner).to_contain_text("New messages do not come in and answers wait.", timeout=PATIENCE * 1000)


def _connect_again(system: System, visit: Visit) -> None:
    """The admin tries the accounts that lost access again, by the button on their page."""
    lost = system.rows("SELECT code::text FROM channels_account WHERE needs_reauth_at IS NOT NULL")
    for (code,) in lost:
        page = visit(f"/accounts/{code}/", ADMIN)
        page.click(f'form[action="/accounts/{code}/test/"] button')
        expect(page.locator("main .health-good, main .health-warn").first).to_be_visible(timeout=PATIENCE * 1000)
    # The limits end by themselves: a quarter of an hour later.
    system.change("UPDATE channels_account SET rate_limited_until = NULL")


def _lacking(system: System, said: dict[str, str]) -> set[str]:
    rows = system.rows("SELECT external_id FROM inbox_message WHERE external_id = ANY(%s)", list(said))
    return set(said) - {external_id for (external_id,) in rows}


def _states(system: System, codes: dict[str, str]) -> dict[str, int]:
    statement = "SELECT state, count(*) FROM inbox_message WHERE code = ANY(%s::uuid[]) GROUP BY state"
    return dict(system.rows(statement, list(codes)))
