"""What is asked for with every post, user and private message; X returns next to nothing by default."""

from __future__ import annotations

_TWEET = [
    "author_id", "created_at", "conversation_id", "in_reply_to_user_id", "referenced_tweets", "entities", "attachments",
    "public_metrics", "lang", "edit_controls", "note_tweet",
]  # fmt: skip
_USER = ["name", "username", "profile_image_url", "public_metrics", "verified", "protected", "created_at", "location"]
_MEDIA = ["url", "preview_image_url", "type", "alt_text", "variants"]
_POLL = ["options"]

POSTS: dict[str, list[str]] = {
    "tweet_fields": _TWEET,
    "user_fields": _USER,
    "media_fields": _MEDIA,
    "poll_fields": _POLL,
    "expansions": [
        "author_id",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
        "in_reply_to_user_id",
        "attachments.media_keys",
        "attachments.poll_ids",
    ],
}
PRIVATE_MESSAGES: dict[str, list[str]] = {
    "dm_event_fields": [
        "id",
        "text",
        "event_type",
        "created_at",
        "dm_conversation_id",
        "sender_id",
        "attachments",
        "entities",
        "referenced_tweets",
    ],
    "tweet_fields": ["author_id", "created_at", "text", "entities", "note_tweet"],
    "user_fields": _USER,
    "media_fields": _MEDIA,
    "expansions": ["sender_id", "attachments.media_keys", "referenced_tweets.id"],
}
USERS: dict[str, list[str]] = {"user_fields": _USER}
