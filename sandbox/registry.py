"""How a brand's account and its credentials are made; the same name always gives the same ids and secrets."""

from __future__ import annotations

from uuid import UUID

from sandbox.addressing import BLUESKY_DOMAIN
from sandbox.ids import digits, secret
from sandbox.model import Account

#: One X app, one Meta app and one Google project, owned by whoever runs Webcare, serve every account; an X account
#: may have another app.
X_CONSUMER_KEY = secret("x", "consumer key", length=25)
X_CONSUMER_SECRET = secret("x", "consumer secret", length=50)
X_BEARER = "AAAAAAAAAAAAAAAAAAAAA" + secret("x", "bearer", length=60)
X_CLIENT_ID = secret("x", "client id", length=34)
X_CLIENT_SECRET = secret("x", "client secret", length=50)
META_APP_ID = digits("meta", "app", length=16, prefix="1")
META_APP_SECRET = secret("meta", "app secret", length=32).lower()
GOOGLE_CLIENT_ID = digits("google", "project", length=12, prefix="4") + (
    f"-{secret('google', 'client', length=32).lower()}.apps.googleusercontent.com"
)
GOOGLE_CLIENT_SECRET = "GOCSPX-" + secret("google", "client secret", length=28)
MICROSOFT_CLIENT_ID = str(UUID(int=int(digits("microsoft", "client", length=30))))
MICROSOFT_CLIENT_SECRET = secret("microsoft", "client secret", length=40)
MICROSOFT_TENANT = "veldhuis.example"
PAGE_INBOX_APP_ID = "263902037430900"  # what echoes carry when an agent typed in Meta's own inbox


def x_app(app: str) -> tuple[str, str]:
    """Key and secret of an X app by its name; "" is the usual one."""
    if not app:
        return X_CONSUMER_KEY, X_CONSUMER_SECRET
    return secret("x", "consumer key", app, length=25), secret("x", "consumer secret", app, length=50)


def x_account(name: str, username: str, id: str, app: str = "") -> Account:
    """An X account with OAuth 1.0a keys of an app (and an OAuth 2 pair in `extra`)."""
    key, key_secret = x_app(app)
    id = id or digits("x", username.lower(), length=10, prefix="1")
    return Account(
        "x",
        id,
        name,
        username,
        {
            "consumer_key": key,
            "consumer_secret": key_secret,
            "access_token": f"{id}-{secret('x', id, 'token')}",
            "access_token_secret": secret("x", id, "token secret", length=45),
            "bearer_token": X_BEARER,
        },
        extra={"app": app} if app else {},
    )


def page_account(name: str, username: str, id: str) -> Account:
    """A Facebook page with its page access token."""
    id = id or digits("page", username.lower(), length=15, prefix="10")
    return Account("facebook", id, name, username, {"page_id": id, **meta_credentials("page", id)})


def instagram_account(name: str, username: str, id: str, page: Account) -> Account:
    """An Instagram professional account linked to a page, whose token it uses."""
    id = id or digits("ig", username.lower(), length=17, prefix="17841")
    credentials = {"ig_user_id": id, **page.credentials}
    return Account("instagram", id, name, username, credentials, extra={"page_id": page.id})


def whatsapp_account(name: str, username: str, id: str) -> Account:
    """A WhatsApp business number with its WABA and a system user's token."""
    id = id or digits("phone", username.lower(), length=15, prefix="10")
    waba = digits("waba", id, length=15, prefix="10")
    phone = digits("display", id, length=11, prefix="3185")
    credentials = {"phone_number_id": id, "waba_id": waba, **meta_credentials("waba", id)}
    return Account("whatsapp", id, name, username, credentials, extra={"display_phone_number": phone})


def youtube_account(name: str, username: str, id: str) -> Account:
    """A YouTube channel with a refresh token of Google's."""
    id = id or channel_id(username)
    credentials = {
        "client_id": GOOGLE_CLIENT_ID,
        "client_secret": GOOGLE_CLIENT_SECRET,
        "refresh_token": "1//0" + secret("google", id, "refresh", length=80),
    }
    return Account("youtube", id, name, username, credentials)


def channel_id(username: str) -> str:
    """The id of a channel, by its handle."""
    return "UC" + secret("youtube", username.lower(), length=22)


def mastodon_account(name: str, username: str, id: str) -> Account:
    """A Mastodon account with the token of an app made on its server. The server's address is the sandbox's own."""
    id = id or digits("mastodon", username.lower(), length=18, prefix="11")
    credentials = {"access_token": secret("mastodon", id, "token", length=43)}
    return Account("mastodon", id, name, username, credentials)


def bluesky_account(name: str, username: str, id: str) -> Account:
    """A Bluesky account with an app password. The server's address is the sandbox's own."""
    id = id or did(username)
    parts = secret("bluesky", id, "app password", length=16).lower()
    handle = username if "." in username else f"{username}.{BLUESKY_DOMAIN}"
    password = "-".join(parts[place : place + 4] for place in range(0, 16, 4))
    return Account("bluesky", id, name, username, {"handle": handle, "app_password": password})


def did(username: str) -> str:
    """Whose an account is, whatever its handle is called by then."""
    number = int(digits("bluesky", username.lower(), length=36))
    return "did:plc:" + "".join("234567abcdefghijklmnopqrstuvwxyz"[number >> shift & 31] for shift in range(0, 120, 5))


def meta_credentials(kind: str, id: str) -> dict[str, str]:
    """Token and app of one Meta asset."""
    token = "EAA" + secret("meta", kind, id, "token", length=80)
    return {"access_token": token, "app_id": META_APP_ID, "app_secret": META_APP_SECRET}
