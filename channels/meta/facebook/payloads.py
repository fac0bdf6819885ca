"""Facebook's shapes: posts and comments from the API, and the changes of webhook field `feed` and `mention`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from channels.meta.payloads import Moment, Payload, Person

COMMENT_FIELDS = (
    "id,message,created_time,from{id,name},parent{id},is_hidden,permalink_url,attachment{type,title,url,media}"
)
POST_FIELDS = (
    "id,message,story,created_time,from{id,name},permalink_url,attachments{type,title,url,media,subattachments}"
)


class Node(Payload):
    """What is only pointed at."""

    id: str


class PostNode(Payload):
    """A post from `feed`, `visitor_posts` or `tagged`."""

    id: str
    message: str = ""
    story: str = ""
    created_time: Moment
    from_: Person | None = Field(default=None, alias="from")
    permalink_url: str = ""
    attachments: dict[str, Any] = Field(default_factory=dict)


class CommentNode(Payload):
    """A comment from a `comments` edge. `from` is missing where the person did not allow it to be told."""

    id: str
    message: str = ""
    created_time: Moment
    from_: Person | None = Field(default=None, alias="from")
    parent: Node | None = None
    is_hidden: bool = False
    permalink_url: str = ""
    attachment: dict[str, Any] = Field(default_factory=dict)


class PostInChange(Payload):
    """`post` inside a change."""

    id: str = ""
    permalink_url: str = ""


class Change(Payload):
    """`value` of a change of field `feed` or `mention`."""

    item: str
    verb: str = "add"
    comment_id: str = ""
    post_id: str = ""
    parent_id: str = ""
    from_: Person | None = Field(default=None, alias="from")
    sender_id: str = ""
    sender_name: str = ""
    message: str = ""
    created_time: Moment | None = None
    photo: str = ""
    video: str = ""
    link: str = ""
    photos: list[str] = Field(default_factory=list)
    reaction_type: str = ""
    permalink_url: str = ""
    post: PostInChange | None = None

    @property
    def author(self) -> Person | None:
        """Who did it; older shapes say sender_id."""
        return self.from_ or (Person(id=self.sender_id, name=self.sender_name) if self.sender_id else None)
