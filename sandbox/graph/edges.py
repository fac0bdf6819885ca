"""Which thing of Graph answers a path: nodes by id, and their edges."""

from __future__ import annotations

from typing import Any

from sandbox import registry
from sandbox.file_kinds import MESSENGER, mime_of
from sandbox.graph import admin, auth, blocks, errors, instagram, messenger, nodes, pages, whatsapp
from sandbox.graph.containers import PERMISSION, Containers
from sandbox.graph.context import Context
from sandbox.graph.fields import select
from sandbox.model import Account, Chat, Media, Message
from sandbox.push import Push
from sandbox.world import World

Body = dict[str, Any]


class Edges:
    """Finds the thing an id names, then what is asked of it."""

    def __init__(self, world: World, push: Push) -> None:
        self.world, self.push = world, push
        self.containers = Containers(world)

    def answer(self, context: Context) -> Body:
        """The JSON for a request. Raises GraphError."""
        first, _, edge = context.path.partition("/")
        verb = context.call.method
        if first == "debug_token":
            return auth.debug_token(self.world, context.param("input_token"))
        if first == registry.META_APP_ID or (first == "app" and context.account is None):
            return self._app(context, verb, edge)
        if first == "me":
            first = context.account.id if context.account else first
            if edge == "accounts":
                return {"data": [select(nodes.page_node(context, context.page), context.fields(), ("id", "name"))]}
        account = self._account(context, first)
        if account is not None:
            return self._of_account(context, account, first, verb, edge)
        container = self.containers.find(first)
        if container is not None and context.owns(container.account) and verb == "GET" and not edge:
            return self.containers.node(context, container)
        message = self.world.message(first)
        if message is not None:
            return self._of_message(context, context.message(first, verb.lower()), verb, edge)
        chat = self.world.chat(first)
        if chat is not None and context.owns(chat.account) and verb == "GET":
            return self._of_chat(context, chat, edge)
        item = self.world.media(first)
        if item is not None and context.account and context.account.platform == "whatsapp" and not edge:
            return self._of_media(context, item, verb)
        return self._of_person(context, first, verb)

    def _account(self, context: Context, id: str) -> Account | None:
        """The token's own page, Instagram account, phone number or WABA with this id."""
        own = [account for account in (context.account, context.instagram) if account]
        return next((a for a in own if id in (a.id, a.credentials.get("waba_id"))), None)

    def _app(self, context: Context, verb: str, edge: str) -> Body:
        if edge == "subscriptions":
            act = {"GET": admin.app_subscriptions, "POST": admin.subscribe_app, "DELETE": admin.unsubscribe_app}
            return act[verb](context, self.push)
        if edge or verb != "GET":
            raise errors.missing(context.path, verb.lower())
        return {"id": registry.META_APP_ID, "name": "Webcare"}

    def _of_account(self, context: Context, account: Account, id: str, verb: str, edge: str) -> Body:
        if edge == "subscribed_apps":
            if verb == "GET":
                return admin.subscriptions(context, account, self.push)
            return admin.subscribe(context, account) if verb == "POST" else admin.unsubscribe(context, account)
        if account.platform == "whatsapp":
            return self._of_whatsapp(context, account, id, verb, edge)
        if (verb, edge) == ("POST", "messages"):
            return messenger.send(context, account)
        if (verb, edge) == ("GET", "conversations"):
            return messenger.conversations(context, account)
        if account.platform == "instagram":
            return self._of_instagram(context, account, verb, edge)
        return self._of_page(context, account, verb, edge)

    def _of_page(self, context: Context, page: Account, verb: str, edge: str) -> Body:
        kinds = {
            "feed": ("post", "visitor_post"),
            "posts": ("post",),
            "published_posts": ("post",),
            "visitor_posts": ("visitor_post",),
            "tagged": ("tagged_post",),
        }
        if verb == "GET" and not edge:
            return select(nodes.page_node(context, page), context.fields(), ("name", "id"))
        if verb == "GET" and edge in kinds:
            return nodes.feed(context, page, kinds=kinds[edge])
        if verb == "POST" and edge == "feed":
            auth.need(self.world, context.token, "pages_manage_posts")
            return pages.publish(context, page.id)
        if verb == "POST" and edge == "photos":
            return pages.photo(context, page.id)
        if verb == "POST" and edge == "message_attachments":
            return self._keep_attachment(context)
        if edge == "blocked":
            return blocks.page(context, page, verb)
        if (verb, edge) == ("POST", "moderate_conversations") and context.instagram:
            return blocks.moderate(context, context.instagram)
        raise errors.missing(context.path, verb.lower())

    def _keep_attachment(self, context: Context) -> Body:
        """POST /{page}/message_attachments: upload once, send by attachment_id."""
        upload = context.call.files.get("filedata")
        if upload is None:
            raise errors.parameter("The attachment needs filedata", 2018008)
        mime = mime_of(upload.content, upload.mime)
        if mime.startswith("image/") and mime not in MESSENGER["image"]:
            raise errors.parameter("Upload attachment failure.", 2018047)
        return {"attachment_id": self.world.add_media(upload.content, mime, upload.filename).id}

    def _of_instagram(self, context: Context, account: Account, verb: str, edge: str) -> Body:
        if verb == "GET" and not edge:
            return select(instagram.account_node(context, account), context.fields(), ("id",))
        if verb == "GET" and edge in ("media", "tags"):
            return instagram.media_edge(context, account, (edge.removesuffix("s"),))
        if (verb, edge) == ("POST", "mentions"):
            return instagram.answer_mention(context, account)
        if verb == "POST" and edge in ("media", "media_publish"):
            auth.need(self.world, context.token, PERMISSION)
            act = self.containers.make if edge == "media" else self.containers.publish
            return act(context, account)
        raise errors.missing(context.path, verb.lower())

    def _of_whatsapp(self, context: Context, account: Account, id: str, verb: str, edge: str) -> Body:
        if id == account.credentials["waba_id"]:
            if verb == "GET" and not edge:
                return select(whatsapp.waba_node(context, account), context.fields(), ("id", "name"))
            acts = {
                ("GET", "phone_numbers"): whatsapp.phone_numbers,
                ("GET", "message_templates"): whatsapp.templates,
                ("POST", "message_templates"): whatsapp.create_template,
            }
        else:
            if verb == "GET" and not edge:
                return select(whatsapp.phone_node(context, account), context.fields(), whatsapp.PHONE_DEFAULTS)
            if edge == "block_users":
                return blocks.number(context, account, verb)
            acts = {("POST", "messages"): whatsapp.send, ("POST", "media"): whatsapp.upload}
        act = acts.get((verb, edge))
        if act is None:
            raise errors.missing(context.path, verb.lower())
        return act(context, account)

    def _of_message(self, context: Context, message: Message, verb: str, edge: str) -> Body:
        if message.to is not None or message.platform == "whatsapp":
            if (verb, edge) != ("GET", "") or message.platform == "whatsapp":  # nothing of WhatsApp can be read back
                raise errors.missing(context.path, verb.lower())
            return messenger.message(context, message)
        if message.platform == "instagram":
            return self._of_instagram_post(context, message, verb, edge)
        is_post = message.id == message.thread
        if (verb, edge) == ("GET", ""):
            node = nodes.post_node(context, message) if is_post else nodes.comment_node(context, message)
            return select(node, context.fields(), nodes.POST_DEFAULTS if is_post else nodes.COMMENT_DEFAULTS)
        if (verb, edge) == ("GET", "comments"):
            return nodes.comments_edge(context, message)
        if (verb, edge) in (("GET", "likes"), ("GET", "reactions")):
            return {"data": [{"id": id} for id in message.likes]}
        if edge == "likes":
            return pages.like(context, message, verb == "POST")
        acts = {("POST", "comments"): pages.comment, ("POST", ""): pages.change, ("DELETE", ""): pages.delete}
        act = acts.get((verb, edge))
        if act is None:
            raise errors.missing(context.path, verb.lower())
        return act(context, message)

    def _of_instagram_post(self, context: Context, message: Message, verb: str, edge: str) -> Body:
        is_media = message.id == message.thread
        if (verb, edge) == ("GET", ""):
            node = instagram.media_node(context, message) if is_media else instagram.comment_node(context, message)
            return select(node, context.fields(), ("id",) if is_media else instagram.COMMENT_DEFAULTS)
        if is_media and (verb, edge) == ("GET", "comments"):
            return instagram.comments_edge(context, message)
        if (verb, edge) == ("POST", "comments" if is_media else "replies"):
            return instagram.reply(context, message)
        acts = {
            ("GET", "replies"): instagram.replies_edge,
            ("POST", ""): instagram.change,
            ("DELETE", ""): instagram.delete,
        }
        act = acts.get((verb, edge)) if not is_media else None
        if act is None:
            raise errors.missing(context.path, verb.lower())
        return act(context, message)

    def _of_chat(self, context: Context, chat: Chat, edge: str) -> Body:
        if edge == "messages":
            return messenger.messages_edge(context, chat)
        return select(messenger.conversation_node(context, chat), context.fields(), ("id", "updated_time"))

    def _of_media(self, context: Context, item: Media, verb: str) -> Body:
        if verb == "DELETE":
            return {"success": True}
        return whatsapp.media(context, item)

    def _of_person(self, context: Context, id: str, verb: str) -> Body:
        for platform in ("facebook", "instagram"):
            user = self.world.user(platform, id)
            if verb == "GET" and user is not None and user.id == id and not user.is_brand and context.account:
                return messenger.profile(context, user)
        raise errors.missing(id, verb.lower())
