"""Somebody who works with the keyboard alone, and writes down what they did."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from inbox.models import Conversation, User

# Told by the page itself, so that no way to point goes unseen. A click made by a key or by a script has no detail.
_WATCH = """
for (const name of ["pointerdown", "mousedown", "touchstart", "wheel", "click"])
  addEventListener(name, (event) => { if (name !== "click" || event.detail) pointed(name); }, true);
"""
# An element may be renewed between its being found and being asked: what is said of one that is gone says nothing.
_FOCUSED = "element => element.isConnected ? element === document.activeElement : null"
_WAY = """row => {
  if (!row.isConnected) return null;
  const rows = [...document.querySelectorAll("#row-list > .row")];
  const here = rows.findIndex((one) => one.contains(document.activeElement));
  const from = here < 0 ? rows.findIndex((one) => one.querySelector("[aria-current]")) : here;
  // From a row that is open but not focused, the first key goes to its neighbour.
  return here === rows.indexOf(row) ? 0 : (rows.indexOf(row) - from) || 1;
}"""
LONGEST_WAY = 90


class Hands:
    """A person at a page. `did` holds (conversation, verb) in the order of their acts, as the log should tell it."""

    def __init__(self, page: Page, person: User) -> None:
        self.page, self.person = page, person
        self.did: list[tuple[int, str]] = []
        self.at: Conversation | None = None
        self.troubles: list[str] = []  # what went wrong between page and server
        page.on("requestfailed", lambda request: self.troubles.append(f"{request.failure} {request.url}"))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "response", lambda answer: self.troubles.append(f"{answer.status} {answer.url}") if not answer.ok else None
        )

    @staticmethod
    def watched(context: BrowserContext) -> list[str]:
        """Return a list in which every use of a pointer in this context will stand."""
        pointed: list[str] = []
        context.expose_function("pointed", lambda name: pointed.append(name))
        context.add_init_script(_WATCH)
        return pointed

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def note_down(self, *verbs: str) -> None:
        """Remember what was done to the conversation that is open."""
        assert self.at is not None
        self.did += [(self.at.pk, verb) for verb in verbs]

    def tab_to(self, target: Locator, key: str = "Tab") -> None:
        """Go through the page until the focus is there."""
        expect(target).to_be_visible()
        for _step in range(LONGEST_WAY):
            there = target.evaluate(_FOCUSED)
            if there:
                return
            if there is not None:
                self.page.keyboard.press(key)
        raise AssertionError(f"the focus never came to {target}, and is at {self._focus()}")

    # -- finding ----------------------------------------------------------------------------------------------------
    def go(self, *keys: str) -> None:
        """Go to another list by its keys, and wait until it follows the news."""
        self.leave_field()
        with self.page.expect_navigation():
            self.press(*keys)
        self.ready()

    def ready(self) -> None:
        """Wait until the page follows the news."""
        expect(self.page.locator("#live .live-word")).to_have_text("Live")

    def open(self, conversation: Conversation) -> None:
        """Walk through the list to a conversation and open it."""
        self.leave_field()
        row = self.page.locator(f"#row-{conversation.code}")
        for _step in range(LONGEST_WAY):
            way = row.evaluate(_WAY)
            if way is None:
                continue
            if not way:
                break
            self.press(*("j" if way > 0 else "k" for _row in range(abs(way))))
        else:
            raise AssertionError(f"the focus never came to {row}, and is at {self._focus()}")
        self.press("Enter")
        self.has_open(conversation)

    def has_open(self, conversation: Conversation) -> None:
        """Wait until this conversation is shown, and go on with it."""
        try:
            expect(self.page.locator("#thread")).to_have_attribute("data-code", str(conversation.code))
        except AssertionError as error:
            raise AssertionError(f"{error}\nFocus: {self._focus()}\nTroubles: {self.troubles}") from None
        self.settled()
        self.at = conversation

    def _focus(self) -> str:
        return str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))

    def settled(self) -> None:
        """Wait until what came in answers to keys, which takes a moment longer than to be seen."""
        expect(self.page.locator(".htmx-swapping, .htmx-settling")).to_have_count(0)

    def search(self, words: str, conversation: Conversation) -> None:
        """Find a conversation by its words and open it."""
        self.leave_field()
        self.press("/")
        field = self.page.locator(".find [name=q]")
        expect(field).to_be_focused()
        self.page.keyboard.type(words)
        self.press("Enter")
        self.tab_to(self.page.locator(f".hits a[href*='{conversation.code}']").first)
        self.press("Enter")
        self.has_open(conversation)
        self.ready()

    # -- writing ----------------------------------------------------------------------------------------------------
    def leave_field(self) -> None:
        """Leave the field that is written in, if any, so that keys are keys again."""
        self.press("Escape")

    def write(self, text: str, tab: str = "r") -> None:
        """Write in the composer without sending."""
        self.leave_field()
        self.press(tab)
        expect(self.page.locator("#reply")).to_be_focused()
        self.page.keyboard.type(text)

    def answer(self, text: str, tab: str = "r") -> None:
        """Write an answer, send it and see it stand in the thread."""
        self.write(text, tab)
        self.send(text)

    def send(self, text: str, keys: str = "Control+Enter", kind: str = "out") -> None:
        """Send what stands in the composer."""
        self.press(keys)
        expect(self.page.locator(f"#messages .msg-{kind}", has_text=text)).to_be_visible()
        expect(self.page.locator("#reply")).to_have_value("")
        self.settled()
        self.note_down("noted" if kind == "note" else "queued")

    def answer_and_close(self, text: str) -> None:
        """Send an answer that closes the conversation when it has arrived."""
        self.write(text)
        self.send(text, "Control+Shift+Enter")
        expect(self.page.locator(".facts")).to_contain_text("Closed")
        self.note_down("closed")

    def note(self, text: str) -> None:
        """Leave colleagues a note."""
        self.write(text, "n")
        self.send(text, kind="note")

    # -- sorting ----------------------------------------------------------------------------------------------------
    def close(self) -> None:
        """Close what is open."""
        self.leave_field()
        self.press("e")
        expect(self.page.locator("#why").or_(self.page.locator(".facts", has_text="Closed")).first).to_be_visible()
        self._say_why()
        expect(self.page.locator(".facts")).to_contain_text("Closed")
        self.note_down("closed")

    def close_and_next(self, following: Conversation) -> None:
        """Close it and see the next one open."""
        self.leave_field()
        self.press("Shift+E")
        shown = self.page.locator(f"#thread[data-code='{following.code}']")
        expect(self.page.locator("#why").or_(shown).first).to_be_visible()
        self._say_why()
        self.note_down("closed")
        self.has_open(following)

    def _say_why(self) -> None:
        """Where nobody answered: it was no question."""
        if self.page.locator("#why").is_visible():
            self.press("1", "Enter")

    def choose(self, key: str, letters: str, option: str) -> None:
        """Open a menu of the head and choose by letters, or arrows without a field."""
        self.leave_field()
        self.press(key)
        choice = self.page.locator("#thread-head details[open] .option", has_text=option)
        expect(choice).to_be_visible()
        if letters:
            expect(self.page.locator("#thread-head details[open] [data-narrow]")).to_be_focused()
            self.page.keyboard.type(letters)
            self.press("Enter")
        else:
            self.tab_to(choice.first, "ArrowDown")
            self.press("Enter")
        expect(self.page.locator("#thread-head details[open]")).to_have_count(0)

    def label(self, name: str) -> None:
        """Put a label on it."""
        self.choose("l", name[:3].lower(), name)
        assert self.at is not None
        expect(self.page.locator(f"#row-{self.at.code} .chip")).to_have_text(name)
        self.note_down("labelled")

    def snooze(self, span: str) -> None:
        """Put it aside."""
        self.choose("z", "", span)
        expect(self.page.locator(".facts")).to_contain_text(re.compile("[Ss]nooze"))
        self.note_down("snoozed")

    def take(self) -> None:
        """Take it."""
        self.leave_field()
        self.press("m")
        expect(self.page.locator(".facts")).to_contain_text("you")

    def hand_over(self, to: User, why: str) -> None:
        """Give it to a colleague, with what they should know."""
        self.leave_field()
        self.press("a")
        field = self.page.locator("#thread-head [name=handover]")
        self.tab_to(field, "Shift+Tab")
        self.page.keyboard.type(why)
        self.tab_to(self.page.locator("#thread-head details[open] .option", has_text=to.name))
        self.press("Enter")
        expect(self.page.locator(".facts")).to_contain_text(to.first_name)
        self.note_down("noted", "assigned")
