"""One of everything to open, in an account that an outsider may not see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from api.tokens import issuing
from api.webhooks import endpoints
from api.webhooks.models import Telling
from assist.server.models import Server
from assist.translating.models import Translation
from channels.models import Account, Delivery, Stream
from crm.connecting import connections
from crm.people.models import Link
from crm.writing.models import Write
from inbox.automation import webhooks
from inbox.contacts import description, linking
from inbox.models import (
    Approval,
    ApprovalLink,
    Attachment,
    CannedReply,
    Contact,
    Conversation,
    CustomRole,
    Erasure,
    Guideline,
    Incident,
    Label,
    Message,
    Notification,
    OpeningDay,
    OpeningSchedule,
    PersonExport,
    PracticeCase,
    PracticeCopy,
    PracticeRound,
    PracticeSeat,
    PushSubscription,
    ResponseTarget,
    RetentionRun,
    Review,
    Rule,
    RuleApplication,
    RuleErrand,
    SavedView,
    Spike,
    Team,
    UndoableAct,
    User,
    WatchedWord,
)
from inbox.notifications import notices
from inbox.outbox import posts
from monitoring.feeds.models import Feed
from monitoring.hits.models import Hit, Post
from monitoring.queries.models import Query
from publishing.models import Part, Picture
from publishing.models import Post as PlannedPost
from reports.mailed.models import MailedReport
from reports.positions.models import SearchPosition
from reports.questions.models import Asking, Question
from tests import factories


@dataclass
class World:
    """One of everything, in an account or of a team that the outsider may not see."""

    account: Account
    conversation: Conversation
    colleague: User
    codes: dict[str, Any] = field(default_factory=dict)
    is_of_team: bool = False
    is_practice: bool = False

    def close(self) -> None:
        """Let a team have all conversations that is closed to who is not in it. Its account is everybody's then."""
        team = Team.objects.create(name="Personeelszaken", is_closed=True)
        team.members.add(self.colleague)
        Conversation.objects.filter(account=self.account).update(team=team)
        Query.objects.filter(account=self.account).update(team=team)
        self.is_of_team = True

    def practise(self) -> None:
        """Let the account be one of practice, the colleague's: nobody works in it, whatever their role."""
        seat = PracticeSeat.objects.get(code=self.codes["seat"])
        Account.objects.filter(pk=self.account.pk).update(practice=seat, sealed_credentials="", verify_token="")
        self.is_practice = True
        Write.objects.filter(conversation=self.conversation).delete()  # nothing of practice is written to the CRM

    def address_part(self, word: str) -> str:
        """Return the code of that name, or the word itself: always behind "=", else where no code has its name."""
        return word[1:] if word.startswith("=") else str(self.codes.get(word, word))

    @property
    def secrets(self) -> list[str]:
        """What nobody without access may read anywhere."""
        words = [str(self.conversation.code), "Geheimwoord", "Zwijgzame", "zwijger", "Fluisterletter"]
        if self.is_practice:
            return [*words, "verborgenmerk"]
        return words if self.is_of_team else [*words, "verborgenmerk", "Stille regel", "Stille storing"]


def make_world() -> World:
    """One of everything, in an account that the outsider may not see."""
    account = factories.make_account("x", name="Verborgen", handle="verborgenmerk")
    colleague = factories.make_user(first_name="Sanne", language="en")
    who = factories.author("Zwijgzame Klant", handle="zwijger")
    message = factories.make_inbound(account, "Geheimwoord: waar blijft mijn kast?", author=who)
    conversation = message.conversation
    assert conversation is not None
    second = factories.make_conversation(account, author=factories.author("Fluisterletter"))
    third = factories.make_conversation(account)
    linking.link(third.identity, conversation.contact, colleague)
    conversation.refresh_from_db()
    file = Attachment(message=message, kind="image", state="stored", filename="kast.png", mime_type="image/png")
    file.file.save("kast.png", ContentFile(b"bytes"))
    sent = factories.make_answer(conversation, colleague, text="Geheimwoord gegeven")
    Review.objects.create(message=sent, reviewer=factories.make_user("lead"), verdict="yes", remark="Fluisterletter")
    answer = factories.make_answer(
        conversation, colleague, state="failed", text="Geheimwoord terug", route="public_reply"
    )
    codes: dict[str, Any] = {
        "link": _link_to(answer).code,
        "sent": sent.code,
        "account": account.code,
        "conversation": conversation.code,
        "message": message.code,
        "answer": answer.code,
        "file": file.code,
        "contact": conversation.contact.code,
        "other_contact": second.contact.code,
        "identity": third.identity_id,
        "note": description.write_note(conversation, colleague, "Fluisterletter").pk,
        "move": third.identity.moves.get().pk,
        "label": Label.objects.create(name="Bezorging").code,
        "team": Team.objects.create(name="Wonen").code,
        "guideline": Guideline.objects.create(title="Toon").code,
        "word": WatchedWord.objects.create(kind="cliche", phrase="heel apart woord").pk,
        "person": colleague.code,
        "opening_day": OpeningDay.objects.create(date=timezone.localdate() + timedelta(days=30)).pk,
        "target": ResponseTarget.objects.create(minutes=45, account=account).code,
        "act": UndoableAct.objects.create(
            user=colleague,
            kind="unlink",
            conversation=conversation,
            steps=[{"conversation": conversation.pk, "move": third.identity.moves.get().pk}],
        ).code,
        "colleague": colleague.pk,
        "new": uuid.uuid4(),
    } | _practice_of(third, colleague)
    codes |= _codes_of_privacy(conversation, colleague) | _codes_of_settings(account, conversation, colleague)
    return World(account, conversation, colleague, codes | _monitored(account) | _asked_again(message, conversation))


def _asked_again(message: Message, conversation: Conversation) -> dict[str, Any]:
    question = Question.objects.create(last_at=message.sent_at)
    Asking.objects.create(
        question=question, message=message, conversation=conversation, account=message.account,
        asked_at=message.sent_at, is_model=True,
    )  # fmt: skip
    position = SearchPosition.objects.create(term="Veldhuis", position=3, note="Staat hoog", conversation=conversation)
    Server.objects.create(address="https://llm.example.com", model="m", helps=["translation", "answer"])
    Translation.objects.create(message=message, language="en", text="Geheimwoord: where is my wardrobe?")
    return {"question": question.code, "position": position.code}


def _own_day(account: Account) -> OpeningDay:
    schedule = OpeningSchedule.objects.create(account=account)
    return OpeningDay.objects.create(schedule=schedule, date=timezone.localdate() + timedelta(days=30))


def _codes_of_privacy(conversation: Conversation, colleague: User) -> dict[str, Any]:
    return {
        "run": RetentionRun.objects.create(day="2020-02-02").pk,
        "receipt": Erasure.objects.create(contact=Contact.objects.create(), reason="").code,
        "export": PersonExport.objects.create(contact=conversation.contact, by=colleague, known="wrote").code,
    }


def _monitored(account: Account) -> dict[str, Any]:
    now = timezone.now()
    query = Query.objects.create(name="Stille vraag", text="verborgenmerk", account=account)
    post = Post.objects.create(
        source="x", external_id="1", account=account, text="Geheimwoord op X", handle="zwijger", published_at=now,
        found_at=now, estimated_at=now,
    )  # fmt: skip
    Hit.objects.create(query=query, post=post)
    feed = Feed.objects.create(url="https://example.com/feed", host="example.com", title="Een blog")
    return {"query": query.code, "post": post.code, "feed": feed.code}


def _practice_of(conversation: Conversation, colleague: User) -> dict[str, Any]:
    found = PracticeRound.objects.create(name="Proefronde", by=colleague)
    seat = PracticeSeat.objects.create(round=found, person=colleague, began_at=timezone.now())
    case = PracticeCase.objects.create(round=found, position=0, title="Kast", platform="x", customer="Ria", words="?")
    copy = PracticeCopy.objects.create(seat=seat, case=case, conversation=conversation)
    return {"round": found.code, "seat": seat.code, "copy": copy.pk}


def _link_to(answer: Message) -> ApprovalLink:
    asked = Approval.objects.create(message=answer, why="trainee")
    soon = timezone.now() + timedelta(hours=1)
    return ApprovalLink.objects.create(approval=asked, name="Fluisterletter", expires_at=soon)


def _codes_of_posts(account: Account, colleague: User) -> dict[str, Any]:
    post = PlannedPost.objects.create(text="Stille regel", at=timezone.now(), author=colleague)
    row = posts.queue(account, colleague, "Stille regel", timezone.now() + timedelta(days=1))
    Part.objects.create(post=post, account=account, message=row)
    picture = Picture.objects.create(
        post=post,
        file=ContentFile(b"x", "kast.png"),
        mime_type="image/png",
        filename="kast.png",
        size=1,
        alt_text="Kast",
    )
    return {"planned": post.code, "planned_picture": picture.code, "planned_message": row.code}


def _codes_of_settings(account: Account, conversation: Conversation, colleague: User) -> dict[str, Any]:
    soon = timezone.now() + timedelta(hours=1)
    rule = Rule.objects.create(
        name="Stille regel", accounts=[account.pk], when=[{"kind": "arrives"}], kinds=["arrives"]
    )
    webhook = webhooks.add("CRM", "https://zwijger.example.com/", colleague)
    application = RuleApplication.objects.create(
        rule=rule, version=1, conversation=conversation, occasion="test", did=["webhook"]
    )
    endpoint = endpoints.add(
        "Kassa", "https://zwijger.example.com/", colleague, kinds=["note.created"], accounts=None, with_words=False
    )
    crm = connections.connect("webhook", "kassa.example.com", {"url": "https://kassa.example.com/"}, colleague)
    Link.objects.create(connection=crm, contact=conversation.contact, is_chosen=True)
    return {
        **_codes_of_posts(account, colleague),
        "crm_write": Write.objects.create(connection=crm, kind="lead", conversation=conversation, state="failed").code,
        "rule": rule.code,
        "webhook": webhook.code,
        "errand": RuleErrand.objects.create(application=application, place=0, webhook=webhook, state="done").code,
        "incident": Incident.objects.create(
            name="Stille storing",
            text="Stille regel",
            account_ids=[account.pk],
            since=timezone.now(),
            approved_at=timezone.now(),
        ).code,
        "own_day": _own_day(account).pk,
        "spike": Spike.objects.create(account=account, kind="volume", value=9, usual=2, limit=8, peak=9).code,
        "view": SavedView.objects.create(owner=colleague, name="Fluisterletter", query="queue=mine").code,
        "endpoint": endpoint.code,
        "role": CustomRole.objects.create(title="Stagiair", rights=["work"]).pk,
        "telling": Telling.objects.create(endpoint=endpoint, kind="webhook.test", state="done").code,
        "token": issuing.issue("Kassa", colleague, colleague, scopes=["read"], days=30)[0].code,
        "mailed_report": MailedReport.objects.create(reader=colleague, by=colleague, every="week").code,
        "push": PushSubscription.objects.create(
            user=colleague, endpoint="https://push.example/b", browser="Chrome"
        ).code,
        "notification": Notification.objects.create(user=colleague, account=account, kind="rule").pk,
        "notice": notices.post(colleague, kind="disruption", text="Storing", until=soon).code,
        "canned": CannedReply.objects.create(title="Bezorging", owner=colleague, scope="all").code,
        "private_canned": CannedReply.objects.create(title="Fluisterletter", owner=colleague, scope="private").code,
        "stream": Stream.objects.create(account=account, name="search", query="veldhuis").pk,
        "delivery": Delivery.objects.create(product="meta", body=b"{}", status="failed").pk,
    }
