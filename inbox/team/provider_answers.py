"""What the organisation's provider answers: read as far as it may be long and slow, and an object of JSON."""

from __future__ import annotations

from typing import Any

import requests
from requests import exceptions

from channels.errors import ChannelError
from channels.servers import read_whole


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
        if response.status_code == requests.codes.ok and not isinstance(response.json(), dict):
            raise exceptions.InvalidJSONError("The answer is no object.")
        return response
