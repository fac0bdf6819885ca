"""One file per model; import them from here."""

from inbox.models.approach import Approach
from inbox.models.approval import Approval, ApprovalLink
from inbox.models.breach import Breach
from inbox.models.contact import (
    Block,
    Contact,
    ContactNote,
    FormerId,
    Identity,
    IdentityMove,
    NotSamePerson,
    OtherId,
)
from inbox.models.conversation import Conversation
from inbox.models.custom_role import CustomRole
from inbox.models.early_event import EarlyEvent
from inbox.models.erasure import ErasedId, Erasure, ErasureKey
from inbox.models.escalation import Escalation
from inbox.models.estimate import PendingEstimate
from inbox.models.event import Event
from inbox.models.incident import Incident, IncidentReply
from inbox.models.lookalike import Lookalike
from inbox.models.message import Attachment, Message, Reaction
from inbox.models.notice import Notice, Notification
from inbox.models.notification_choice import NotificationChoice
from inbox.models.opening import AutomaticReply, OpeningDay, OpeningHours, OpeningSchedule
from inbox.models.organisation import Organisation
from inbox.models.person_export import PersonExport
from inbox.models.practice import PracticeCase, PracticeCopy, PracticeRound, PracticeSeat
from inbox.models.presence import Presence
from inbox.models.push import PushDelivery, PushKey, PushSubscription
from inbox.models.queue_count import QueueCount
from inbox.models.raw_payload import RawPayload
from inbox.models.read import Read
from inbox.models.released_post import ReleasedPost
from inbox.models.response import Response
from inbox.models.retention import RetentionRule, RetentionRun
from inbox.models.review import Review
from inbox.models.rule import Rule, RuleApplication, RuleErrand, RuleOccasion, RuleStroke, Webhook
from inbox.models.spike import Spike, SpikeWatch
from inbox.models.surprise import Surprise
from inbox.models.survey import Survey, SurveySettings
from inbox.models.target import ResponseTarget
from inbox.models.team import ConversationLabel, Label, SavedView, Team
from inbox.models.undoable import UndoableAct
from inbox.models.user import User
from inbox.models.writing import CannedReply, CannedText, CannedUse, Draft, Guideline, GuidelineVersion, WatchedWord

__all__ = [
    "Approach",
    "Approval",
    "ApprovalLink",
    "Attachment",
    "AutomaticReply",
    "Block",
    "Breach",
    "CannedReply",
    "CannedText",
    "CannedUse",
    "Contact",
    "ContactNote",
    "Conversation",
    "CustomRole",
    "ConversationLabel",
    "Draft",
    "EarlyEvent",
    "ErasedId",
    "Erasure",
    "ErasureKey",
    "Escalation",
    "Event",
    "FormerId",
    "Guideline",
    "GuidelineVersion",
    "Identity",
    "IdentityMove",
    "Incident",
    "IncidentReply",
    "Label",
    "Lookalike",
    "Message",
    "NotSamePerson",
    "Notice",
    "Notification",
    "NotificationChoice",
    "PushDelivery",
    "PushKey",
    "PushSubscription",
    "OpeningDay",
    "OpeningHours",
    "OpeningSchedule",
    "Organisation",
    "OtherId",
    "PendingEstimate",
    "PersonExport",
    "PracticeCase",
    "PracticeCopy",
    "PracticeRound",
    "PracticeSeat",
    "Presence",
    "QueueCount",
    "Reaction",
    "RawPayload",
    "Read",
    "ReleasedPost",
    "Response",
    "ResponseTarget",
    "RetentionRule",
    "RetentionRun",
    "Review",
    "Rule",
    "RuleApplication",
    "RuleErrand",
    "RuleOccasion",
    "RuleStroke",
    "SavedView",
    "Spike",
    "SpikeWatch",
    "Surprise",
    "Survey",
    "SurveySettings",
    "Team",
    "UndoableAct",
    "User",
    "WatchedWord",
    "Webhook",
]
