"""All settings, read from the environment. docs/running.md lists the variables."""

from __future__ import annotations

import re
import urllib.parse
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from webcare import embedded, keys
from webcare.env import env_bool, env_int, env_list, env_str
from webcare.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = env_bool("WEBCARE_DEMO")
TESTING = env_bool("WEBCARE_TESTING")
# Pages that show what failed show customers' words too: outside the demo DEBUG does nothing.
DEBUG = env_bool("DEBUG") and (DEMO or TESTING)


def _secret(name: str, hint: str) -> str:
    """Return a required secret; only tests and management of source files go without."""
    value = env_str(name)
    if value:
        return value
    if TESTING:
        return f"testing-only-{name.lower()}-" + "x" * 40
    raise ImproperlyConfigured(f"Set {name}: {hint}")


SECRET_KEY = _secret("SECRET_KEY", "a long random text, e.g. from `openssl rand -base64 48`.")

# Fernet keys, newest first: the first encrypts, all of them decrypt (key rotation, see channels/secrets.py).
CREDENTIAL_KEYS = env_list("CREDENTIAL_KEYS")
if not CREDENTIAL_KEYS:
    if not TESTING:
        raise ImproperlyConfigured(
            "Set CREDENTIAL_KEYS: one or more Fernet keys, newest first, separated by commas (`make key` prints one)."
        )
    CREDENTIAL_KEYS = ["ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMhISE="]

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO or TESTING else "")
for _fault in (
    keys.fault_of_secret(SECRET_KEY),
    keys.fault_of_credential_keys(",".join(CREDENTIAL_KEYS)),
    keys.fault_of_hosts(",".join(ALLOWED_HOSTS)),
):
    if _fault:
        raise ImproperlyConfigured(_fault)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
# The address customers' platforms reach us at: shown as the webhook address in the accounts page.
PUBLIC_URL = env_str("PUBLIC_URL", f"http://127.0.0.1:{env_int('PORT', 8000)}")

INSTALLED_APPS = [
    "inbox",
    "channels",
    "reports",
    "monitoring",
    "api",
    "crm",
    "assist",
    "publishing",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "webcare.health.HealthMiddleware",
    "webcare.lib.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "webcare.lib.bundles.PageCompression",
    "webcare.lib.bundles.BundleMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "inbox.middleware.PrivatePagesMiddleware",
    "reports.promise.public.PublicPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "inbox.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inbox.practice.session.PracticeMiddleware",
    "inbox.routing.seen.SeenMiddleware",
    "inbox.middleware.PersonalLocaleMiddleware",
    "inbox.middleware.MaskingMiddleware",
    "inbox.team.entry_rules.EntryRulesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "inbox.middleware.MethodNotAllowedMiddleware",  # its page shows the messages, which are kept after it
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "webcare.urls"
WSGI_APPLICATION = "webcare.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "inbox.lists.navigation.navigation_context",
                "inbox.undo.bar.undo_bar",
            ],
        },
    }
]

# ── Database and Redis: addresses of their own, or the embedded ones of webcare/embedded.py ──
_services = embedded.locate()
DATABASE_URL = env_str("DATABASE_URL") or _services.database_url
REDIS_URL = env_str("REDIS_URL") or _services.redis_url


def _database(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?host=/socket/folder into Django's dictionary."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://; no other database is supported.")
    query = dict(urllib.parse.parse_qsl(parts.query))
    pool = env_int("DATABASE_POOL", 16)
    # webcare/lib/statements.py says why
    query["options"] = f"-c plan_cache_mode=force_generic_plan {query.get('options', '')}".rstrip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": urllib.parse.unquote(parts.path.lstrip("/")) or "webcare",
        "USER": urllib.parse.unquote(parts.username or ""),
        "PASSWORD": urllib.parse.unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "OPTIONS": {
            # A pool, since CONN_MAX_AGE opens a session per request under a threaded server.
            **(
                {"pool": {"min_size": 1, "max_size": pool, "timeout": 10, "max_idle": 60}}
                if pool and not TESTING
                else {}
            ),
            "prepare_threshold": 5,  # without a number nothing is prepared
            **query,
        },
        "ATOMIC_REQUESTS": False,
        # A process of one thread keeps its connection, and looks whether it still works.
        **({} if pool or TESTING else {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}),
    }


DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "webcare.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# ── Celery ──
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A web request wakes a worker; without Redis it gives up within moments, since beat finds the work in the database.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1,
    "socket_connect_timeout": 1, "socket_timeout": 5,
}  # fmt: skip
CELERY_TIMEZONE = "UTC"
# Sending and reading have workers of their own (webcare/workers.py): neither waits for the other, or for a platform.
CELERY_TASK_ROUTES = {
    "inbox.tasks.deliver_message": {"queue": "send"},
    "inbox.tasks.sweep_outbox": {"queue": "send"},
    "inbox.tasks.tell_opening_hours": {"queue": "send"},
    "inbox.tasks.sweep_automatic": {"queue": "send"},
    "channels.tasks.read_deliveries": {"queue": "read"},
    "channels.tasks.read_delivery": {"queue": "read"},
    "channels.tasks.read_waiting": {"queue": "read"},
    "channels.tasks.take_in_chat": {"queue": "read"},
    "inbox.tasks.estimate_messages": {"queue": "estimate"},
    "inbox.tasks.apply_rules": {"queue": "estimate"},
    "inbox.tasks.answer_incidents": {"queue": "estimate"},
    "channels.tasks.poll_due": {"queue": "poll"},
    "channels.tasks.poll_stream": {"queue": "poll"},
    "monitoring.tasks.search": {"queue": "poll"},
    "monitoring.tasks.read_feed": {"queue": "estimate"},
    "monitoring.tasks.look_back": {"queue": "estimate"},
    "monitoring.tasks.estimate_posts": {"queue": "estimate"},
}

# ── People ──
AUTH_USER_MODEL = "inbox.User"
AUTHENTICATION_BACKENDS = ["inbox.team.signin.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "inbox.team.passwords.GuessableValidator"},
]
if TESTING:
    # Good hashing is slow on purpose; tests make hundreds of people.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_ADAPTER = "inbox.team.signin.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Passwords are limited by inbox/team/attempts.py. allauth counts the rest, and refuses while Redis is away.
# "login_failed" are wrong codes of a second step: only who knows the password gets as far.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key", "reset_password": "20/m/ip,3/15m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # before what matters most too (inbox/team/proof.py)
MFA_ADAPTER = "inbox.team.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an admin fills in the address
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "inbox.team.second_factor_forms.AuthenticateForm",
    "reauthenticate": "inbox.team.second_factor_forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
# Signing in with the organisation's own account (inbox/team/single_sign_on.py), where an issuer is set.
OIDC_ISSUER = env_str("OIDC_ISSUER").rstrip("/")
OIDC_NAME = env_str("OIDC_NAME")
# Groups there and roles here: "webcare=agent,webcare-leads=lead". None: an admin gives the roles.
OIDC_ROLES = dict(pair.split("=", 1) for pair in env_list("OIDC_ROLES"))
OIDC_GROUPS_CLAIM = env_str("OIDC_GROUPS_CLAIM", "groups")
OIDC_ADMITS_UNKNOWN = env_bool("OIDC_ADMITS_UNKNOWN")
OIDC_TRUSTS_EMAIL = env_bool("OIDC_TRUSTS_EMAIL")
# What the provider calls a second step in `amr` or `acr`, as "mfa". None: it is trusted, but for operators.
OIDC_SECOND_STEP = env_list("OIDC_SECOND_STEP")
if set(OIDC_ROLES.values()) - {"trainee", "agent", "spokesperson", "lead", "admin", "auditor"}:
    raise ImproperlyConfigured("OIDC_ROLES names a role that there is not.")
SOCIALACCOUNT_ADAPTER = "inbox.team.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # our adapter joins, by a proven address alone
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "organisation",
            "name": OIDC_NAME or "OpenID Connect",
            "client_id": _secret("OIDC_CLIENT_ID", "the name the provider knows Webcare by."),
            "secret": _secret("OIDC_CLIENT_SECRET", "what the provider gave Webcare to prove that it is itself."),
            "settings": {"server_url": OIDC_ISSUER},
        }
    ]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Without a mail server nothing is mailed, and nothing offers to: a link in a log would let its reader in.
EMAIL_HOST = env_str("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "webcare@localhost")
# Whom a push service tells when something is wrong with our messages: an address of https:// or mailto:.
PUSH_CONTACT = env_str("PUSH_CONTACT") or (
    f"https://{urllib.parse.urlsplit(PUBLIC_URL).hostname}"
    if PUBLIC_URL.startswith("https://")
    else f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
)
# W021: whether browsers know the host before they were ever there is for its owner to ask of them.
SILENCED_SYSTEM_CHECKS = ["account.W001", "security.W021"]

# ── Security ──
SECURE_SSL = env_bool("SECURE_SSL", default=not (DEMO or TESTING))
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_SSL
BEHIND_PROXY = env_bool("BEHIND_PROXY")
# Addresses and networks whose word about client and scheme counts (webcare/asgi.py).
TRUSTED_PROXIES = env_list("TRUSTED_PROXIES", "127.0.0.1,::1") if BEHIND_PROXY else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = SECURE_SSL
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "webcare.lib.session_store"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts read the token in the page
# A name that browsers take from this host alone, over HTTPS.
_prefix = "__Host-" if SECURE_SSL else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
PUSH_COOKIE_NAME = f"{_prefix}push"  # which of somebody's browsers this one is
MESSAGES_COOKIE_NAME = f"{_prefix}messages"
MESSAGE_STORAGE = "webcare.lib.message_storage.MessageStorage"
SESSION_IDLE_MINUTES = env_int("SESSION_IDLE_MINUTES", 12 * 60)
SESSION_DAYS = env_int("SESSION_DAYS", 7)
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 60 * 60
CSRF_FAILURE_VIEW = "inbox.views.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# ── Language and time ──
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env_str("TIME_ZONE", "Europe/Amsterdam")

# ── Files ──
DATA_DIR = embedded.data_dir()
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env_str("STATIC_ROOT") or DATA_DIR / "static")
MEDIA_ROOT = Path(env_str("MEDIA_ROOT") or DATA_DIR / "media")
MEDIA_URL = "/files/"  # served by inbox/views/files.py to signed-in people only
_static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING or DEBUG or DEMO else _static
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG or DEMO
# Else each client of a test would look for every static file there is at its first request.
WHITENOISE_AUTOREFRESH = TESTING or DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # a Meta webhook holds up to 1,000 updates
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# ── Platforms ──
X_API_BASE = env_str("X_API_BASE", "https://api.twitter.com")
X_UPLOAD_BASE = env_str("X_UPLOAD_BASE", env_str("X_API_BASE", "https://upload.twitter.com"))
GRAPH_API_BASE = env_str("GRAPH_API_BASE", "https://graph.facebook.com")
YOUTUBE_API_BASE = env_str("YOUTUBE_API_BASE", "https://youtube.googleapis.com")
GOOGLE_TOKEN_BASE = env_str("GOOGLE_TOKEN_BASE", "https://oauth2.googleapis.com")
# Units a day of our Google project; Google gives more to who asks (channels/youtube/quota.py).
YOUTUBE_QUOTA = env_int("YOUTUBE_QUOTA", 10_000)
# Instead of Salesforce's own hosts, e.g. the sandbox; "" for the real one. Only where MEDIA_SANDBOX lets it.
SALESFORCE_BASE = env_str("SALESFORCE_BASE").rstrip("/")
# Where admins sign in at the platforms (channels/accounts/oauth). In a browser: its address, not the API's.
X_LOGIN_BASE = env_str("X_LOGIN_BASE", "https://x.com")
X_OAUTH1_LOGIN_BASE = env_str("X_OAUTH1_LOGIN_BASE", "https://api.x.com")
META_LOGIN_BASE = env_str("META_LOGIN_BASE", "https://www.facebook.com")
GOOGLE_LOGIN_BASE = env_str("GOOGLE_LOGIN_BASE", "https://accounts.google.com")
MICROSOFT_LOGIN_BASE = env_str("MICROSOFT_LOGIN_BASE", "https://login.microsoftonline.com")
# Mailboxes that one signs in to: their servers, and where tokens come from (channels/email/login.py).
MICROSOFT_TOKEN_BASE = env_str("MICROSOFT_TOKEN_BASE", "https://login.microsoftonline.com")
MICROSOFT_IMAP = env_str("MICROSOFT_IMAP", "outlook.office365.com:993")
MICROSOFT_SMTP = env_str("MICROSOFT_SMTP", "smtp.office365.com:587")
GOOGLE_IMAP = env_str("GOOGLE_IMAP", "imap.gmail.com:993")
GOOGLE_SMTP = env_str("GOOGLE_SMTP", "smtp.gmail.com:587")
# Our apps there. What is not set here an admin may fill in (channels/accounts/oauth/apps.py).
X_CLIENT_ID, X_CLIENT_SECRET = env_str("X_CLIENT_ID"), env_str("X_CLIENT_SECRET")
X_API_KEY, X_API_SECRET = env_str("X_API_KEY"), env_str("X_API_SECRET")
META_APP_ID, META_APP_SECRET = env_str("META_APP_ID"), env_str("META_APP_SECRET")
GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET = env_str("GOOGLE_CLIENT_ID"), env_str("GOOGLE_CLIENT_SECRET")
MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET = env_str("MICROSOFT_CLIENT_ID"), env_str("MICROSOFT_CLIENT_SECRET")
MICROSOFT_TENANT = env_str("MICROSOFT_TENANT")
META_WHATSAPP_CONFIG_ID = env_str("META_WHATSAPP_CONFIG_ID")  # of embedded sign-up
GRAPH_API_VERSION = env_str("GRAPH_API_VERSION", "v25.0")
PLATFORM_TIMEOUT = (5, env_int("PLATFORM_READ_TIMEOUT", 20))  # seconds to connect, and to wait for an answer
# Attachments are fetched from these hosts (and their subdomains) only.
MEDIA_HOSTS = env_list(
    "MEDIA_HOSTS",
    "twimg.com,fbcdn.net,fbsbx.com,cdninstagram.com,whatsapp.net,facebook.com,instagram.com,x.com,twitter.com,"
    "ytimg.com,ggpht.com,googleusercontent.com",
)
# The sandbox's origin, e.g. http://127.0.0.1:9009: files come from there too, without a look at where it lies.
MEDIA_SANDBOX = env_str("MEDIA_SANDBOX").rstrip("/")
if MEDIA_SANDBOX and not (DEMO or TESTING):
    raise ImproperlyConfigured("MEDIA_SANDBOX is for the demo only: files would be fetched from inside your network.")
META_VERIFY_TOKEN = env_str("META_VERIFY_TOKEN")
# Servers of language models in our own network, as http://models.internal:11434: asked wherever they lie.
ASSIST_SERVERS = env_list("ASSIST_SERVERS")
if wrong := [origin for origin in ASSIST_SERVERS if not re.fullmatch(r"https?://[\w.\-\[\]:]+", origin)]:
    raise ImproperlyConfigured(f"ASSIST_SERVERS takes origins, as http://models.internal:11434, and not {wrong[0]}")

# ── Whoever watches the processes ──
METRICS_TOKEN = env_str("METRICS_TOKEN")  # without one nobody reads /metrics
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN is too short: at least 20 characters, e.g. of `openssl rand -hex 24`.")

# Technical tables for who has the right of operators (webcare/operators); without it they are not even loaded.
OPERATORS_ADMIN = env_bool("OPERATORS_ADMIN")

LOG_FORMAT = env_str("LOG_FORMAT", "text")
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {LOG_FORMAT!r}.")
LOGGING = logging_config(env_str("LOG_LEVEL", "INFO"), machines=LOG_FORMAT == "json")
LOGGING_CONFIG = "logging.config.dictConfig"
