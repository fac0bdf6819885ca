"""Which fields and expansions X knows. Whoever asks for another one is refused (API v2 reference, OpenAPI 2.167)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.web import Reply
from sandbox.x import errors

_POST = (
    "article,attachments,author_id,card_uri,community_id,context_annotations,conversation_id,created_at,"
    "display_text_range,edit_controls,edit_history_tweet_ids,entities,geo,id,in_reply_to_user_id,lang,"
    "media_metadata,non_public_metrics,note_tweet,organic_metrics,possibly_sensitive,promoted_metrics,public_metrics,"
    "referenced_tweets,reply_settings,scopes,source,text,withheld"
)
# The newer spelling of the same: both are taken.
_NEWER = "edit_history_post_ids,note_post,paid_partnership,referenced_posts"
_EXPANSIONS = (
    "article.cover_media,article.media_entities,attachments.media_keys,attachments.media_source_tweet,"
    "attachments.poll_ids,author_id,edit_history_tweet_ids,entities.mentions.username,geo.place_id,"
    "in_reply_to_user_id,entities.note.mentions.username,referenced_tweets.id,referenced_tweets.id.author_id,"
    "referenced_posts,referenced_posts.id,participant_ids,sender_id,affiliation,most_recent_tweet_id,pinned_tweet_id"
)
KNOWN: Mapping[str, frozenset[str]] = {
    name: frozenset(values.split(","))
    for name, values in {
        "tweet.fields": f"{_POST},{_NEWER}",
        "post.fields": f"{_POST},{_NEWER}",
        "user.fields": (
            "affiliation,confirmed_email,connection_status,created_at,description,entities,id,is_identity_verified,"
            "location,most_recent_tweet_id,name,parody,pinned_tweet_id,profile_banner_url,profile_image_url,protected,"
            "public_metrics,receives_your_dm,subscription,subscription_type,url,username,verified,"
            "verified_followers_count,verified_type,withheld"
        ),
        "media.fields": (
            "alt_text,duration_ms,height,media_key,non_public_metrics,organic_metrics,preview_image_url,"
            "promoted_metrics,public_metrics,type,url,variants,width"
        ),
        "poll.fields": "duration_minutes,end_datetime,id,options,voting_status",
        "place.fields": "contained_within,country,country_code,full_name,geo,id,name,place_type",
        "dm_event.fields": (
            "attachments,created_at,dm_conversation_id,entities,event_type,id,participant_ids,referenced_posts,"
            "referenced_tweets,sender_id,text"
        ),
        "expansions": _EXPANSIONS,
    }.items()
}


def refusal(params: Mapping[str, str]) -> Reply | None:
    """Refuse a request that asks for something X does not know, one error for each such name."""
    wrong = [
        (name, value, part)
        for name, value in params.items()
        for part in value.split(",")
        if name in KNOWN and part not in KNOWN[name]
    ]
    if not wrong:
        return None
    problems = [
        {
            "parameters": {name: [value]},
            "message": f"The `{name}` query parameter value [{part}] is not one of [{','.join(sorted(KNOWN[name]))}]",
        }
        for name, value, part in wrong
    ]
    return errors.invalid_request(problems)
