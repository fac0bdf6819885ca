"""The score that a customer gives when asked. It is taken in as a score: nobody waits for an answer to it.

A webhook tells what was tapped. A poll of the same message tells its words alone, before or after it. Whatever else a
customer writes is an ordinary message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from channels.types import Direction, Incoming, IncomingMessage, Visibility
from inbox.ingest.batch import Batch
from inbox.models import Conversation, Event, Notification, Survey
from inbox.models.survey import LOW, read_key, score_in
from inbox.notifications.queue import leads_of, tell

OPEN = timedelta(days=7)  # after it was asked, what reads like a score is one


def without_scores(batch: Batch, events: Sequence[Incoming]) -> list[Incoming]:
    """Keep the scores among a batch's events; return the other events."""
    candidates = [event for event in events if isinstance(event, IncomingMessage) and _may_be_score(event)]
    if not candidates:
        return list(events)
    surveys = _asked(batch, candidates)
    taken = {id(event) for event in candidates if _take(batch, event, surveys)}
    return [event for event in events if id(event) not in taken]


def _may_be_score(event: IncomingMessage) -> bool:
    if event.direction != Direction.INBOUND or event.visibility != Visibility.PRIVATE or event.attachments:
        return False
    return read_key(event.choice) is not None or score_in(event.text) is not None


def _asked(batch: Batch, events: Iterable[IncomingMessage]) -> list[Survey]:
    keys = [key for event in events if (key := read_key(event.choice))]
    writers = {event.author.external_id for event in events if event.author}
    talking = Conversation.objects.exclude(status=Conversation.Status.CLOSED).filter(
        account=batch.account, identity=OuterRef("conversation__identity"), visibility=Visibility.PRIVATE.value
    )
    asked = Survey.objects.annotate(is_talking=Exists(talking)).filter(
        Q(message__code__in=[code for code, _score in keys]) | Q(conversation__identity__external_id__in=writers),
        message__account=batch.account,
        asked_at__gte=batch.now - 2 * OPEN,
    )
    return list(asked.select_related("message", "conversation__identity").order_by("-asked_at", "-pk"))


def _take(batch: Batch, event: IncomingMessage, surveys: Sequence[Survey]) -> bool:
    """Write the score down, where it is one. Told once more it is left out again."""
    key = read_key(event.choice)
    if key is not None:
        survey = next((one for one in surveys if str(one.message.code) == key[0]), None)
        score: int | None = key[1]
    else:
        survey = next((one for one in surveys if _answers(event, one)), None)
        score = score_in(event.text)
    if survey is None or score is None:
        return False
    if survey.scored_at is None or (event.sent_at > survey.scored_at and score != survey.score):
        survey.score, survey.scored_at = score, event.sent_at
        survey.save(update_fields=["score", "scored_at"])
        if score <= LOW:
            _tell_leads(survey)
        Event.note("survey_scored", conversation=survey.conversation, message=survey.message, now=str(score))
        batch.touched.add(survey.conversation_id)
    return True


def _tell_leads(survey: Survey) -> None:
    """Tell the leads who asked for it, once of each survey."""
    conversation, kind = survey.conversation, Notification.Kind.LOW_SCORE
    ways = ({f"notification_choice__{way}__contains": [kind]} for way in ("page", "mail", "push"))
    chose = reduce(or_, (Q(**way) for way in ways))
    leads = leads_of(conversation.account_id, conversation.team_id).filter(chose)
    tell(leads, kind, occasion=f"{kind}:{survey.pk}", conversation=conversation, subject=str(survey.score))


def _answers(event: IncomingMessage, survey: Survey) -> bool:
    """Whether words that read like a score answer this question.

    A bare number does so the first time only, while nothing else is talked about: it may answer a colleague.
    """
    identity = survey.conversation.identity
    is_theirs = event.author is not None and event.author.external_id == identity.external_id
    is_open = survey.asked_at <= event.sent_at <= survey.asked_at + OPEN
    is_tapped = not event.text.strip().isdecimal()
    is_first = survey.scored_at in (None, event.sent_at) and not survey.is_talking  # type: ignore[attr-defined]
    return is_theirs and is_open and (is_tapped or is_first)
