"""What Meta tells of a person who used our app: they took it away, or want their data deleted.

Both are signed with the app's secret. Deleting answers with a code, and a page anybody who has it may read.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from channels.accounts import health
from channels.accounts.oauth import apps
from channels.errors import NeedsReauth
from channels.meta.signed_request import user_in
from channels.models import Account, DeletionRequest
from channels.secrets import CredentialsUnreadable
from inbox.models import Contact, Event
from inbox.privacy import erasing
from webcare.lib.enqueue import enqueue

META = ("facebook", "instagram", "whatsapp")
REASON = "Meta: the person asked for their data to be deleted"


@csrf_exempt
@require_POST
def deauthorise(request: HttpRequest) -> HttpResponse:
    """Somebody took our app away at Meta: the accounts they connected have lost their access."""
    user = _asked(request)
    if not user:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    for account in _of_meta():
        if _connected_by(account) == user:
            health.note_failure(account, NeedsReauth("Our app was taken away at Meta.", code="deauthorised"))
        else:
            # Connected by hand, nobody knows by whom: Meta itself says whether the access still works.
            enqueue("channels.tasks.check_account", account.pk)
    return HttpResponse(status=HTTPStatus.OK)


@csrf_exempt
@require_POST
def delete_data(request: HttpRequest) -> HttpResponse:
    """Somebody wants what we hold of them deleted. Told again, it is the same request."""
    user = _asked(request)
    if not user:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    digest = hashlib.sha256(request.POST["signed_request"].encode()).hexdigest()
    with transaction.atomic():
        row, is_new = DeletionRequest.objects.get_or_create(digest=digest)
        if is_new:
            found = Contact.objects.filter(identities__platform__in=META, identities__external_id=user).distinct()
            row.erasures.set([erasing.ask(contact, None, REASON) for contact in found])
            Event.note("deletion_asked", request=row.pk, n=len(found))
    address = reverse("deletion_status", args=[row.code])
    return JsonResponse({"url": f"{settings.PUBLIC_URL.rstrip('/')}{address}", "confirmation_code": row.code})


@require_safe
def deletion_status(request: HttpRequest, code: str) -> HttpResponse:
    """How far a request to delete is, for whoever has its code. It names nobody."""
    row = get_object_or_404(DeletionRequest, code=code)
    erasures = list(row.erasures.all())
    ctx = {
        "row": row,
        "holds_nothing": not erasures,
        "is_done": all(erasure.done_at for erasure in erasures),
        "done_at": max((erasure.done_at for erasure in erasures if erasure.done_at), default=None),
    }
    response = render(request, "channels/deletion_status.html", ctx)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _asked(request: HttpRequest) -> str:
    secrets = [apps.app_of(apps.META).get("app_secret", ""), *(_secret(account) for account in _of_meta())]
    return user_in(request.POST.get("signed_request", ""), dict.fromkeys(filter(None, secrets)))


def _of_meta() -> list[Account]:
    return list(Account.objects.present().filter(platform__in=META))


def _secret(account: Account) -> str:
    return _credential(account, "app_secret")


def _connected_by(account: Account) -> str:
    """Who signed in to connect it, by the id our app knows them by."""
    return _credential(account, "meta_user")


def _credential(account: Account, name: str) -> str:
    try:
        return account.credentials.get(name, "")
    except CredentialsUnreadable:
        return ""
