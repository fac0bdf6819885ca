"""Instagram's shapes: media, comments and mentions from the API, and webhook fields `comments` and `mentions`."""

from __future__ import annotations

from pydantic import Field

from channels.meta.payloads import Moment, Payload, Person

_COMMENT = "id,text,timestamp,username,from{id,username},hidden,like_count"
REPLY_FIELDS = f"{_COMMENT},parent_id"
COMMENT_FIELDS = f"{_COMMENT},media{{id}},replies.limit(50){{{REPLY_FIELDS}}}"
MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,media_url,thumbnail_url,timestamp,username,comments_count"
)
MENTIONED_COMMENT = "id,text,timestamp,username,from{id,username},like_count,media{id,permalink,caption,username}"
MENTIONED_MEDIA = "id,caption,media_type,media_url,permalink,timestamp,username"


class MediaNode(Payload):
    """A post, reel or album."""

    id: str
    caption: str = ""
    media_type: str = ""
    permalink: str = ""
    media_url: str = ""
    thumbnail_url: str = ""
    timestamp: Moment | None = None
    username: str = ""


class CommentNode(Payload):
    """A comment or a reply to one. `from` is missing for some people; the username mostly is not."""

    id: str
    text: str = ""
    timestamp: Moment
    username: str = ""
    from_: Person | None = Field(default=None, alias="from")
    hidden: bool = False
    parent_id: str = ""
    media: MediaNode | None = None

    @property
    def author(self) -> Person:
        """Who wrote it, as far as told."""
        person = self.from_ or Person()
        return Person(id=person.id, name=person.name, username=person.username or self.username)


class CommentChange(Payload):
    """`value` of a change of field `comments` or `live_comments`. One documented form calls the id comment_id."""

    id: str = ""
    comment_id: str = ""
    text: str = ""
    from_: Person = Field(default_factory=Person, alias="from")
    parent_id: str = ""
    media: MediaNode | None = None
    media_id: str = ""


class MentionChange(Payload):
    """`value` of a change of field `mentions`: ids only."""

    media_id: str = ""
    comment_id: str = ""
