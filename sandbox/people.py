"""Who is in the world: brand accounts with their credentials, and users with their profiles."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sandbox import registry
from sandbox.ids import digits
from sandbox.model import PLATFORMS, Account, User, WorldError
from sandbox.store import Store


class People(Store):
    """Adds accounts and users to the store."""

    # -- accounts and users ------------------------------------------------------------------------------------------
    def add_account(
        self, platform: str, name: str, username: str = "", id: str = "", page_id: str = "", app: str = ""
    ) -> Account:
        """Create a brand's account, or return the one that has this username, name or id (idempotent)."""
        if platform not in PLATFORMS:
            raise WorldError(f"no such platform: {platform}")
        with self.lock:
            found = self.account(platform, id) if id else self.account(platform, username or name)
            if found is not None:
                return found
            username = username or re.sub(r"\W", "", name).lower()
            if platform == "x":
                account = registry.x_account(name, username, id, app)
            elif platform == "facebook":
                account = registry.page_account(name, username, id)
            elif platform == "whatsapp":
                account = registry.whatsapp_account(name, username, id)
            elif platform == "youtube":
                account = registry.youtube_account(name, username, id)
            elif platform == "mastodon":
                account = registry.mastodon_account(name, username, id)
            elif platform == "bluesky":
                account = registry.bluesky_account(name, username, id)
            else:
                account = registry.instagram_account(name, username, id, self._page_for(name, username, page_id))
            existing = self._accounts.get((platform, account.id))  # an implicit page becomes a real account
            if existing is not None:
                existing.extra.pop("implicit", None)
                existing.name, existing.username, account = name, username, existing
            return self._add_account(account)

    def _page_for(self, name: str, username: str, page_id: str) -> Account:
        page = self._accounts.get(("facebook", page_id or digits("page", username.lower(), length=15, prefix="10")))
        if page is None:
            page = registry.page_account(name, username, page_id)
            page.extra["implicit"] = True
            self._add_account(page)
        return page

    def _add_account(self, account: Account) -> Account:
        self._index_account(account)
        self.save(account)
        phone = account.extra.get("display_phone_number")
        brand = User(account.platform, account.id, account.name, account.username, f"brand:{account.name}", True, phone)
        brand.profile = _profile(brand, self.now())
        self._index_user(brand)
        self.save(brand)
        return account

    def subscribe(self, account: Account, fields: list[str] | None) -> None:
        """Set which webhook fields an account's page or WABA is subscribed to (None: all; empty: none)."""
        with self.lock:
            account.subscribed, account.failing_since = fields, None
            self.save(account)

    def revoke(self, account: Account, revoked: bool) -> None:
        """Take an account's token away, as its owner can on the platform, or give it back."""
        with self.lock:
            # What its owner grants afterwards works.
            account.extra |= {"revoked": revoked, "revoked_at": self.now().timestamp()}
            self.save(account)

    def grant(self, account: Account, scopes: list[str], expires_at: int) -> None:
        """Set what an account's token may do (empty: all) and until when (seconds; 0: for ever)."""
        with self.lock:
            account.extra |= {"scopes": scopes, "expires_at": expires_at}
            self.save(account)

    def block(self, account: Account, user: User, blocked: bool) -> None:
        """The brand blocks somebody, or lets them back in."""
        with self.lock:
            others = [id for id in self.blocked_by(account) if id != user.id]
            account.extra["blocked"] = [*others, user.id] if blocked else others
            self.save(account)

    def blocked_by(self, account: Account) -> list[str]:
        """The ids of those a brand's account has blocked."""
        return list(account.extra.get("blocked", []))

    def add_user(
        self,
        platform: str,
        *,
        id: str = "",
        username: str = "",
        name: str = "",
        person: str = "",
        phone: str | None = None,
        profile: dict[str, Any] | None = None,
    ) -> User:
        """Find the user by id, else username, else create them. Give the same `person` key to join platforms.

        WhatsApp: id is the phone number's digits (wa_id); id "" with a username makes a person without a visible phone.
        """
        with self.lock:
            if platform == "whatsapp":
                id = re.sub(r"\D", "", phone or "") or (re.sub(r"[^\w.]", "", id) if id else "")
            username = username.lstrip("@")
            found = (self.user(platform, id) if id else None) or (self.user(platform, username) if username else None)
            if found is not None:
                if name and name != found.name and not found.is_brand:
                    found.name = name
                    self.save(found)
                return found
            if not (id or username or name):
                raise WorldError("a person needs an id, a username or a name")
            user = self._new_user(platform, id, username, name, person)
            user.profile = _profile(user, self.now()) | (profile or {})
            self._index_user(user)
            self.save(user)
            return user

    def _new_user(self, platform: str, id: str, username: str, name: str, person: str) -> User:
        bsuid = phone = None
        handle = username or re.sub(r"\W", "", name).lower() or id
        if platform == "whatsapp":
            bsuid = id if id and not id.isdigit() else "NL." + digits("bsuid", id or handle, length=20)
            phone = id if id.isdigit() else None
            id = id or bsuid
            handle = username
        if platform == "youtube":
            id = id or registry.channel_id(handle)
        if platform == "bluesky":
            id = id or registry.did(handle)
        lengths = {
            "x": 10,
            "facebook": 17,
            "instagram": 16,
            "whatsapp": 11,
            "youtube": 24,
            "mastodon": 18,
            "bluesky": 32,
        }
        id = id or digits(platform, handle.lower(), length=lengths[platform], prefix="2")
        key = person or self._free_person_key(name or username or id)
        return User(platform, id, name or username or id, handle, key, phone=phone, bsuid=bsuid)

    def _free_person_key(self, name: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "someone"
        key, count = slug, 1
        while key in self._people:
            count += 1
            key = f"{slug}-{count}"
        return key


def _profile(user: User, now: datetime) -> dict[str, Any]:
    """A plausible, always equal profile for a name."""
    size = int(digits(user.platform, user.id, length=6))
    return {
        "followers": size % 3000 + (12000 if user.is_brand else 3),
        "following": size % 700,
        "posts": size % 5000,
        "created_at": (now.replace(microsecond=0) - timedelta(days=200 + size % 3000)).isoformat(),
        "description": "",
        "location": "",
        "verified": user.is_brand,
        "protected": False,
        "receives_dm": True,
    }
