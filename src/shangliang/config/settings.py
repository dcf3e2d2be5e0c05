"""All settings, for every way of running. What differs between machines comes from the environment:

SHANGLIANG_DATA    folder for database, files and keys (default: ./var)
DATABASE_URL       default: SQLite in SHANGLIANG_DATA
SHANGLIANG_HOSTS   names the site answers to, separated by commas (default: this machine only)
SHANGLIANG_HTTPS   1 when served over HTTPS: secure cookies, HSTS
EMAIL_URL          smtp://user:password@host:port; without it, mail goes to the log
SHANGLIANG_PROXIES how many reverse proxies stand before it, for the address in rate limits (default: 0)
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from shangliang.core.keys import data_folder, key

PACKAGE = Path(__file__).resolve().parent.parent
DATA = data_folder()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)  # database, files and keys are for their owner alone

SECRET_KEY = key("django").hex()
DEBUG = False
HTTPS = os.environ.get("SHANGLIANG_HTTPS") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("SHANGLIANG_HOSTS", "").split(",") if host] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "testserver",
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    *(
        f"shangliang.{room}"
        for room in (
            "web",
            "tenants",
            "ledger",
            "files",
            "places",
            "people",
            "playbooks",
            "matters",
            "voices",
            "studios",
            "gathering",
            "deliberation",
            "delivery",
            "figures",
            "notices",
            "publicity",
            "desk",
        )
    ),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shangliang.web.middleware.Reading",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shangliang.tenants.middleware.EnterTenant",
]

ROOT_URLCONF = "shangliang.config.urls"
WSGI_APPLICATION = "shangliang.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],  # before the rooms and packages: our sign-in pages, not allauth's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "shangliang.web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "shangliang.web.templatetags.web"],
        },
    }
]
FORM_RENDERER = "shangliang.web.forms.Renderer"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'shangliang.sqlite3'}",
        conn_max_age=None,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Every transaction of ours may write: taking the lock at its start avoids a deadlock at its end.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # secure_delete: what is lawfully erased does not live on in free pages of the file.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON; PRAGMA cache_size=-16000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "shangliang.people.adapter.AccountAdapter"
MFA_ADAPTER = "shangliang.people.adapter.SecondFactorAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "商量"
MFA_TOTP_TOLERANCE = 1  # one step either way, as RFC 6238 (5.2) recommends: clocks of phones differ
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shangliang.web.views.csrf_failed"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

PHOTO_BYTES = 10 * 1024 * 1024
PHOTOS_AT_MOST = 6
FILE_UPLOAD_HANDLERS = ["shangliang.files.uploads.Bounded"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # of what is not a file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
PROXIES = int(os.environ.get("SHANGLIANG_PROXIES", "0"))

_mail = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.hostname else 'console'}.EmailBackend"
if _mail.hostname:
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.port == 587
    EMAIL_USE_SSL = _mail.port == 465
DEFAULT_FROM_EMAIL = os.environ.get("SHANGLIANG_FROM", "shangliang@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SHANGLIANG_LOG", "WARNING")},
    # Django's own request log would write addresses of slips; web.middleware writes a masked one.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},  # the sender was told; no traceback for each
        "shangliang": {"level": "INFO"},
    },
}
