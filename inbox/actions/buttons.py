"""The buttons of a message in the thread, by what its platform can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from channels.models import Account
from channels.types import Action, Visibility
from inbox.models import Message, User

_NOT_IN_TRAINING = (Action.BOOST, Action.UNBOOST, Action.HIDE, Action.UNHIDE, Action.DELETE_OWN)


@dataclass(frozen=True, slots=True)
class Button:
    """One act. `on` is None where it is not a switch; `confirm` asks first."""

    key: str
    title: str
    icon: str
    on: bool | None = None
    confirm: str = ""


def may_do(action: Action | str, agent: User) -> bool:
    """Whether somebody may do this to a message: in training, nothing that takes words away or spreads them."""
    return not (agent.is_trainee and action in _NOT_IN_TRAINING)


def buttons_for(message: Message, account: Account, agent: User | None = None) -> list[Button]:
    """Return what somebody, or anybody, can do to this message on its platform now; what it lacks is absent."""
    if (
        account.mode == Account.Mode.LISTEN
        or account.removed_at
        or not message.external_id
        or message.removed_at
        or message.visibility != Visibility.PUBLIC
    ):
        return []
    can = account.capabilities.actions
    return [
        button for button in _all(message)
        if Action(button.key) in can and (agent is None or may_do(button.key, agent))
    ]  # fmt: skip


def _all(message: Message) -> Iterable[Button]:
    if message.direction == Message.Direction.INBOUND:
        if message.liked_at:
            yield Button(Action.UNLIKE, _("Take the like away"), "heart-off", on=True)
        else:
            yield Button(Action.LIKE, _("Like"), "heart", on=False)
        if message.boosted_at:
            yield Button(Action.UNBOOST, _("Take the share back"), "repeat-2", on=True)
        else:
            confirm = _("Show this to everybody who follows us?")
            yield Button(Action.BOOST, _("Share with our followers"), "repeat-2", on=False, confirm=confirm)
        yield _showing(message)
    elif message.direction == Message.Direction.OUTBOUND and message.state in ("", Message.State.SENT):
        yield Button(
            Action.DELETE_OWN,
            _("Delete from the platform"),
            "trash-2",
            confirm=_("Delete our answer from the platform? This cannot be undone."),
        )


def _showing(message: Message) -> Button:
    """Hide it, or show it again: in the words of its platform."""
    if message.account.capabilities.holds_for_review:
        if message.hidden_at:
            return Button(Action.UNHIDE, _("Let it through"), "eye")
        confirm = _("Hold this for review? Then nobody sees it but who manages the account.")
        return Button(Action.HIDE, _("Hold for review"), "eye-off", confirm=confirm)
    if message.hidden_at:
        return Button(Action.UNHIDE, _("Show it again"), "eye", on=True)
    confirm = _("Hide this for everyone but its author?")
    return Button(Action.HIDE, _("Hide on the platform"), "eye-off", on=False, confirm=confirm)
