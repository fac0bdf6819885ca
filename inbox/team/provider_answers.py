"""What the organisation's provider answers: read as far as it may be long and slow, and an object of JSON."""

from __future__ import annotations

from typing import Any

import requests
from requests import exceptions

from channels.errors import ChannelError
from channels.servers import read_whole
from webcare.lib import json_parts

# What a provider's own description has to name (OpenID Connect Discovery 1.0, section 3), and user info for groups.
_DESCRIPTION = "/.well-known/openid-configuration"
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class ProviderAdapter(requests.adapters.HTTPAdapter):
    """Reads each answer whole. OpenID Connect has objects alone: settings, keys, tokens and user info."""

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send as requests does. Raises its exceptions for what is too long, too slow or no object."""
        response = super().send(request, *args, **{**more, "stream": True})
        with response:
            try:
                read_whole(response, request.method or "")
            except ChannelError as error:
                raise exceptions.ConnectionError(str(error)) from None
        if response.status_code == requests.codes.ok:
            said = response.json()
            if not isinstance(said, dict):
                raise exceptions.InvalidJSONError("The answer is no object.")
            if str(request.url).endswith(_DESCRIPTION):
                _check_description(said)
        return response


def _check_description(said: dict[str, Any]) -> None:
    """Raise InvalidJSONError where the provider names no address of the web for what is asked of it later."""
    missing = [name for name in _ADDRESSES if not json_parts.web(json_parts.said(said, name))]
    if missing:
        raise exceptions.InvalidJSONError(f"The provider's description has no address for {', '.join(missing)}.")
