"""Who says the same stands together; what is angry or like no other stands apart. Texts above composers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.incidents.groups import groups_of
from inbox.models import Conversation, Label, User
from inbox.triage import labels
from tests.factories import author, limit, make_account, make_inbound, make_user
from tests.support.incidents import choose_all, make_incident
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


def ask(account: Account, text: str, mood: str = "neutral") -> Conversation:
    """Let somebody new write."""
    conversation = make_inbound(account, text, author=author(text)).conversation
    assert conversation is not None
    Conversation.objects.filter(pk=conversation.pk).update(mood=mood)
    return conversation


def test_i3_groups_are_what_people_say() -> None:
    account, lead = make_account(), make_user("lead")
    for text in (
        "Rijdt er nog een trein naar Klaverbrug?", "Hoe laat rijdt de trein naar Klaverbrug?",
        "Wanneer rijdt er weer een trein richting Klaverbrug", "Krijg ik mijn kaartje vergoed?",
        "Kan ik vergoeding krijgen voor mijn kaartje", "Zijn jullie zondag open?",
    ):  # fmt: skip
        ask(account, text)
    ask(account, "Schandalig, weer geen trein naar Klaverbrug", "angry")
    ask(make_account(), "Elders rijdt ook geen trein")
    incident = make_incident(lead, account)
    groups = groups_of(incident, lead).groups
    assert [(group.kind, len(group.cases)) for group in groups] == [
        ("alike", 3), ("alike", 2), ("angry", 1), ("apart", 1)
    ]  # fmt: skip
    assert {"trein", "klaverbrug"} <= set(groups[0].words)
    assert "kaartje" in groups[1].words
    choose_all(incident, lead, *(case.conversation for case in groups[0].cases))
    assert [len(group.cases) for group in groups_of(incident, lead).groups] == [2, 1, 1]


def test_i3_what_everybody_writes_is_no_word_of_an_incident() -> None:
    account, lead = make_account(), make_user("lead")
    for text in ("Hallo, wanneer gaat jullie webshop open?", "Hallo, gaat jullie webshop vandaag nog open?"):
        ask(account, text)
    (group,) = groups_of(make_incident(lead, account), lead).groups
    assert group.words == ["open", "webshop"]


def test_i3_only_who_writes_about_it_by_word_or_label() -> None:
    account, elsewhere, lead = make_account(), make_account(), make_user("lead")
    by_word, other, old = (ask(account, text) for text in ("Alweer een STORING?", "Waar is mijn kast?", "Storing toen"))
    by_label = ask(elsewhere, "Doet het niet")
    label = Label.objects.create(name="Uitval")
    labels.add_label(by_label, label, lead)
    Conversation.objects.filter(pk=old.pk).update(last_inbound_at=timezone.now() - timedelta(hours=9))
    incident = make_incident(lead, account, elsewhere, words="storing, ligt eruit", label=label)

    def found(reader: User) -> set[int]:
        return {case.conversation.pk for group in groups_of(incident, reader).groups for case in group.cases}

    assert found(lead) == {by_word.pk, by_label.pk}
    limited = make_user("lead")
    limit(limited, account)
    assert found(limited) == {by_word.pk}
    assert other.pk not in found(lead)


def test_i3_text_stands_above_the_composers_it_concerns() -> None:
    account, lead, agent = make_account(), make_user("lead"), make_user(language="en")
    about, other = ask(account, "Is er een storing?"), ask(account, "Waar is mijn kast?")
    incident = make_incident(lead, account, words="storing", approved_at=None, approved_by=None)
    page = signed_in(agent)

    def says(conversation: Conversation) -> bool:
        return "Om drie uur weten we meer." in _page(page, conversation)

    assert not says(about)  # not approved
    incident.approved_by, incident.approved_at = lead, timezone.now()
    incident.save()
    assert says(about)
    assert not says(other)
    chosen = page.get(f"/inbox/{about.code}/?incident={incident.code}").content.decode()
    assert ">Hoi" in chosen[chosen.index('<textarea id="reply"') :].partition("</textarea>")[0]
    incident.ended_at = timezone.now()
    incident.save()
    assert not says(about)


def _page(page: Client, conversation: Conversation) -> str:
    return page.get(f"/inbox/{conversation.code}/").content.decode()
