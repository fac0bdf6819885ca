"""Connecting accounts by signing in at their platform: where to, back from there, and which of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from channels.accounts import connecting, doctor
from channels.accounts.oauth import apps, attempts
from channels.accounts.oauth.attempts import SignInRefused, Way
from channels.base import Offer
from channels.errors import ChannelError
from channels.models import Account, SignIn
from channels.pages.accounts import account_for
from channels.pages.forms import AppForm, TokenForm
from channels.pages.sign_in_words import help_for
from channels.pages.typed import MailboxForm, ServerForm, form_for, known_of, typed_in
from channels.platforms import PLATFORMS, UNCONNECTED, company_of, platform_title
from channels.reasons import refused
from channels.secrets import CredentialsUnreadable
from inbox.access import View, right_required
from inbox.models import Message, User
from inbox.models.rights import Right

MOST_SHOWN = 50


def leads_to_platforms(view: View) -> View:
    """Let a page's forms lead to the platforms: browsers look at where a form ends up, too."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        bases = [
            *(settings.X_LOGIN_BASE, settings.X_OAUTH1_LOGIN_BASE),
            *(settings.META_LOGIN_BASE, settings.GOOGLE_LOGIN_BASE, settings.MICROSOFT_LOGIN_BASE),
        ]
        response._csp_update = {"form-action": list(dict.fromkeys(bases))}  # type: ignore[attr-defined]
        return response

    return allowed


@dataclass(frozen=True, slots=True)
class Choice:
    """An account that can be ticked, or says why not."""

    offer: Offer
    title: str
    note: str  # what stands under its name
    end: str  # what stands behind it
    is_open: bool
    is_again: bool = False


@require_safe
@right_required(Right.ACCOUNTS)
@leads_to_platforms
def sign_in(request: HttpRequest, platform: str) -> HttpResponse:
    """The second step: sign in there, or give a token."""
    if platform not in PLATFORMS or platform in UNCONNECTED:
        raise Http404
    return render(request, "channels/sign_in.html", sign_in_ctx(platform))


@require_POST
@right_required(Right.ACCOUNTS)
@leads_to_platforms
def begin(request: HttpRequest, platform: str) -> HttpResponse:
    """Go to the platform; for an account that is connected too."""
    if platform not in PLATFORMS or platform in UNCONNECTED:
        raise Http404
    code = request.POST.get("account", "")
    account = account_for(_uuid(code)) if code else None
    if account is not None and account.platform != platform:
        raise Http404
    back = redirect("account_reconnect", code=account.code) if account else redirect("account_sign_in", platform)
    way = request.POST.get("way", "")
    if way not in attempts.WAYS.get(platform, ()):
        raise Http404
    form = None if account else form_for(platform, request.POST)
    if form is not None and not form.is_valid():
        return render(request, "channels/sign_in.html", sign_in_ctx(platform, form=form))
    try:
        if way == Way.TOKEN:
            return _paste(request, platform, account)
        typed = typed_in(form) if form else known_of(account) if account else {}
        again = bool(request.POST.get("again"))
        address = attempts.begin(
            Way(way), by=_who(request), session=_session(request), account=account, again=again, typed=typed
        )
    except (ChannelError, SignInRefused) as error:
        words = _words(error, company_of(platform), way)
        if way == Way.MASTODON and form is not None:
            form.add_error("instance", words)
            return render(request, "channels/sign_in.html", sign_in_ctx(platform, form=form))
        messages.error(request, words)
        return back
    if way == Way.MASTODON:
        # A page may only send forms to addresses it names, and servers are many: one goes on by a link.
        ctx = {"platform": platform, "address": address, "server": urlsplit(address).netloc, "steps": steps(2)}
        return render(request, "channels/go_to_server.html", ctx | {"section": "accounts"})
    return HttpResponseRedirect(address)


@require_safe
@right_required(Right.ACCOUNTS)
def signed_in(request: HttpRequest, kind: str) -> HttpResponse:
    """Back from the platform. What it brought is used up here, and never shown or kept in an address."""
    if kind not in apps.TITLES:
        raise Http404
    try:
        row = attempts.arrive(kind, request.GET.dict(), by=_who(request), session=_session(request))
    except (ChannelError, SignInRefused) as error:
        messages.error(request, _words(error, apps.TITLES[kind]))
        return redirect("account_choose")
    return _onward(request, row)


@right_required(Right.ACCOUNTS)
@leads_to_platforms
def pick(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The third step: which accounts. POST connects those that are ticked."""
    row = attempts.find(code, by=_who(request), session=_session(request))
    if row is None:
        messages.error(request, _("This sign-in is over. Begin again."))
        return redirect("account_choose")
    try:
        offers = attempts.offers_of(row)
    except CredentialsUnreadable:
        raise Http404 from None
    choices = choices_of(offers)
    if request.method == "POST":
        ticked = {choice.offer.key: choice for choice in choices if choice.is_open}
        chosen = [ticked[key] for key in dict.fromkeys(request.POST.getlist("take")) if key in ticked]
        if chosen:
            return _connect(request, row, chosen)
        messages.error(request, _("Tick at least one account."))
    ctx = {
        "row": row,
        "choices": choices,
        "can_take": any(choice.is_open for choice in choices),
        "lacking": lacking_of(offers),
        "platform": offers[0].platform,
        "title": apps.TITLES[attempts.KINDS[Way(row.way)]],
        "can_ask_again": row.way == Way.PAGES,
        "steps": steps(3),
        "section": "accounts",
    }
    return render(request, "channels/pick.html", ctx)


@require_safe
@right_required(Right.ACCOUNTS)
def connected(request: HttpRequest) -> HttpResponse:
    """The last step: what was connected, how it does, and what is left to do."""
    codes = [_uuid(code) for code in request.GET.getlist("account")[:MOST_SHOWN]]
    shown = Account.objects.present().filter(code__in=codes).select_related("checkup").prefetch_related("streams")
    counts = dict(Message.objects.filter(account__in=shown).order_by().values_list("account").annotate(Count("pk")))
    rows = [
        {
            "account": account,
            "signs": doctor.signs_of(account, list(account.streams.all()), getattr(account, "checkup", None)),
            "messages": counts.get(account.pk, 0),
        }
        for account in shown
    ]
    if not rows:
        raise Http404
    ctx = {"rows": rows, "steps": steps(4), "section": "accounts"}
    return render(request, "channels/connected.html", ctx)


@right_required(Right.ACCOUNTS)
def platform_apps(request: HttpRequest) -> HttpResponse:
    """Our apps at the platforms. What the environment says is shown and cannot be changed here."""
    kind = request.POST.get("kind", "")
    forms = {name: AppForm(name, request.POST if name == kind else None) for name in apps.FIELDS}
    if request.method == "POST":
        form = forms.get(kind)
        if form is None:
            raise Http404
        if form.is_valid():
            apps.keep(kind, form.cleaned_data, by=_who(request))
            messages.success(request, _("Saved."))
            return redirect("platform_apps")
    rows = [
        {"kind": name, "title": apps.TITLES[name], "form": form,
         "address": attempts.return_address(name)}
        for name, form in forms.items()
    ]  # fmt: skip
    base = settings.PUBLIC_URL.rstrip("/")
    callbacks = [
        {"title": _("Deauthorise callback"), "address": f"{base}{reverse('meta_deauthorise')}"},
        {"title": _("Data deletion callback"), "address": f"{base}{reverse('meta_delete')}"},
    ]
    ctx = {"rows": rows, "callbacks": callbacks, "tab": "apps", "section": "accounts"}
    return render(request, "channels/apps.html", ctx)


def sign_in_ctx(
    platform: str, account: Account | None = None, form: MailboxForm | ServerForm | None = None
) -> dict[str, Any]:
    """What the step of signing in shows; for an account to connect again too. `form` is one to fill in once more."""
    ways = attempts.ways_of(platform)
    asked = form or form_for(platform) if account is None else None
    return {
        "platform": platform,
        "title": platform_title(platform),
        "company": company_of(platform),
        "help": help_for(platform),
        "account": account,
        "ways": [way.value for way in ways],
        "token_form": TokenForm() if Way.TOKEN in ways else None,
        "mail_form": asked if ways and platform == "email" else None,
        "lacks_app": not ways and platform != "email",
        "server_form": asked if platform == "mastodon" else None,
        "lacking_apps": _lacking_apps(platform, ways),
        "steps": steps(2),
        "section": "accounts",
    }


def _lacking_apps(platform: str, ways: list[Way]) -> list[str]:
    """Return the companies where our app is not filled in, of a platform that several let one sign in for."""
    closed = [way for way in attempts.WAYS.get(platform, ()) if way not in ways]
    return [apps.TITLES[attempts.KINDS[way]] for way in closed] if platform == "email" else []


def choices_of(offers: list[Offer]) -> list[Choice]:
    """Return what can be ticked: not what is connected and works, nor where one may only read."""
    known = {
        f"{account.platform}:{account.external_id}": account
        for account in Account.objects.present().filter(external_id__in=[offer.external_id for offer in offers])
    }
    return [_choice(offer, known.get(offer.key)) for offer in offers]


def lacking_of(offers: list[Offer]) -> list[dict[str, str]]:
    """Return the permissions that were refused, each with what does not work without."""
    names = dict.fromkeys(scope for offer in offers for scope in offer.lacking)
    return [{"name": name, "words": _without(name)} for name in names]


def steps(now: int) -> list[dict[str, Any]]:
    """Return the wizard's steps, and which one this is."""
    titles = [_("Choose a platform"), _("Sign in there"), _("Choose what to connect"), _("Done")]
    return [{"title": title, "done": n < now, "now": n == now} for n, title in enumerate(titles, 1)]


def _choice(offer: Offer, account: Account | None) -> Choice:
    title = offer.detail if offer.platform == "whatsapp" and offer.detail else offer.at_handle
    notes = {
        "facebook": _("Facebook page and Messenger"),
        "instagram": _("belongs to %(page)s") % {"page": offer.detail},
        "whatsapp": offer.name,
        "x": offer.name,
        "email": offer.detail,
    }
    note = notes.get(offer.platform, offer.name)
    if offer.refusal:
        end = _("ask for the tasks “Moderate” and “Messages”")
        return Choice(offer, title, _("you may read here, not answer"), end, is_open=False)
    if account is not None and not account.needs_reauth_at:
        return Choice(offer, title, note, _("connected already"), is_open=False)
    if account is not None:
        return Choice(offer, title, note, _("connect again"), is_open=True, is_again=True)
    return Choice(offer, title, note, _followers(offer.followers), is_open=True)


def _followers(count: int | None) -> str:
    if count is None:
        return ""
    return ngettext("%(n)s follower", "%(n)s followers", count) % {"n": number_format(count, force_grouping=True)}


def _onward(request: HttpRequest, row: SignIn) -> HttpResponse:
    """After signing in: an account to connect again is connected if it was reached, else one chooses."""
    if row.account is None:
        return redirect("account_pick", code=row.code)
    account = row.account
    offers = attempts.offers_of(row)
    mine = next((offer for offer in offers if offer.key == f"{account.platform}:{account.external_id}"), None)
    if mine is None:
        return redirect("account_pick", code=row.code)
    attempts.end(row)
    try:
        connecting.reconnect(account, mine.credentials, by=_who(request))
    except (ChannelError, connecting.CannotConnect) as error:
        messages.error(request, _words(error, company_of(account.platform), row.way))
        return redirect("account_reconnect", code=account.code)
    messages.success(
        request,
        _("%(account)s is connected again. What came in meanwhile is fetched now.") % {"account": account.at_handle},
    )
    return redirect("account", code=account.code)


def _connect(request: HttpRequest, row: SignIn, chosen: list[Choice]) -> HttpResponse:
    mode = Account.Mode.LISTEN if request.POST.get("listen") else Account.Mode.REACT
    done: list[Account] = []
    failed = False
    for choice in chosen:
        offer = choice.offer
        try:
            done.append(_take(offer, choice.is_again, mode, _who(request)))
        except (ChannelError, connecting.CannotConnect) as error:
            failed = True
            messages.error(request, f"{choice.title}: {_words(error, company_of(offer.platform), row.way)}")
    if failed and not done:
        return redirect("account_pick", code=row.code)
    attempts.end(row)
    for account in done:
        messages.success(
            request,
            _("%(account)s is connected. The first messages come in within a minute.") % {"account": account.at_handle},
        )
    query = urlencode([("account", account.code) for account in done])
    return redirect(f"{reverse('accounts_connected')}?{query}")


def _take(offer: Offer, is_again: bool, mode: str, by: User) -> Account:
    if not is_again:
        return connecting.connect(offer.platform, offer.credentials, by=by, mode=mode, history=True)
    account = Account.objects.present().get(platform=offer.platform, external_id=offer.external_id)
    connecting.reconnect(account, offer.credentials, by=by)
    return account


def _paste(request: HttpRequest, platform: str, account: Account | None) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        ctx = {**sign_in_ctx(platform, account), "token_form": form}
        return render(request, "channels/sign_in.html", ctx)
    row = attempts.paste(form.cleaned_data["token"], by=_who(request), session=_session(request), account=account)
    return _onward(request, row)


def _without(scope: str) -> str:
    """What does not work without a permission."""
    return {
        "pages_read_engagement": _("Posts and comments of the page are not read."),
        "pages_read_user_content": _("What visitors write on the page is not read."),
        "pages_manage_engagement": _("Comments cannot be answered, liked or hidden."),
        "pages_manage_metadata": _("Messages come in by asking only, later than they could."),
        "pages_messaging": _("Private messages are neither read nor answered."),
        "instagram_basic": _("The Instagram account cannot be read."),
        "instagram_manage_comments": _("Instagram comments are neither read nor answered."),
        "instagram_manage_messages": _("Private messages on Instagram are neither read nor answered."),
        "pages_manage_posts": _("Posts of your own cannot be published on the page."),
        "instagram_content_publish": _("Posts of your own cannot be published on Instagram."),
        "whatsapp_business_messaging": _("Nothing can be sent by WhatsApp."),
        "whatsapp_business_management": _("Templates and webhooks cannot be looked after."),
        "offline.access": _("The access ends after two hours and cannot be renewed."),
        "dm.read": _("Private messages are not read."),
        "dm.write": _("Private messages cannot be answered."),
    }.get(scope, _("Part of the work is refused."))


def _words(error: Exception, company: str, way: str = "") -> str:
    if not isinstance(error, ChannelError):
        return str(error)
    if error.code == "lacking":
        return _("You did not let Webcare see your pages. Sign in again and allow that.")
    return refused(error.reason, company, error.code, str(error), is_signed_in=way != Way.TOKEN)


def _who(request: HttpRequest) -> User:
    return cast(User, request.user)


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
