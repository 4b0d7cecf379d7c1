"""The settings, all from the environment; `docs/operator/settings.md` lists them. Tests run on these too."""

import os
import re
from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from preau.config import databases, env, schools, spoken

ROOT = Path(__file__).resolve().parents[3]
STATE = Path(env.text("PREAU_VAR", str(ROOT / "var")))
STATE.mkdir(parents=True, exist_ok=True)

SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "Préau")
HTTPS = SITE_URL.startswith("https://")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or databases.kept_secret(STATE / "secret")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")
THREADS = env.number("THREADS", 4, least=1)
BEHIND_PROXIES = env.number("BEHIND_PROXIES", 0)

INSTALLED_APPS = [
    "preau.common",
    "preau.audit",
    "preau.mail",
    "preau.accounts",
    "preau.courses",
    "preau.content",
    "preau.past",
    "preau.grades",
    "preau.quizzes",
    "preau.peer",
    "preau.subtitles",
    "preau.support",
    "preau.discussion",
    "preau.exams",
    "preau.certificates",
    "preau.news",
    "preau.home",
    "preau.desk",
    "preau.simulation",
    "preau.interop",
    "preau.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_tasks_db",
]

MIDDLEWARE = [
    "preau.config.observing.middleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "preau.common.origin.SameOriginMiddleware",
    "preau.accounts.devices.DeviceMiddleware",
    "preau.accounts.devices.PersonMiddleware",
    "preau.accounts.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "preau.accounts.signing_in.SignInMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "preau.content.edition_cookie.erasing",
]

ROOT_URLCONF = "preau.config.urls"
WSGI_APPLICATION = "preau.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "preau.common.context.site",
            ],
        },
    },
]

DATABASES = {"default": databases.from_url(env.text("DATABASE_URL"), STATE, threads=THREADS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["preau.accounts.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "optional"  # confirmation never blocks reading
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "preau.accounts.adapter.Adapter"
ACCOUNT_SIGNUP_FORM_CLASS = "preau.accounts.forms.SignUp"
ACCOUNT_FORMS = {"signup": "preau.accounts.forms_entrance.Entrance"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
# Accounts before addresses: a whole campus, or a café, shares one address (design.md, section 6).
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,5/300s/key",
    "signup": "300/m/ip",
    "school": "300/m/ip",  # each asks the school's server
    "reset_password": "200/m/ip,5/m/key",
    "notice": "20/h/ip",  # of illegal content: a form that writes without an account
    "waiting": "200/h/ip",  # to be told when a course opens: the other one, filled in by a whole class at once
    "waiting_address": "3/d/key",  # mails that anybody can have sent to one address by it
    "newsletter": "200/h/ip",
    "enrol": "600/h/ip",  # a visitor's wish, kept for an hour: a whole class at once, and no flood
    "search": "300/m/ip",
    "newsletter_address": "3/d/key",
    "verify": "60/m/ip",  # files to check: each costs some work
}
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or address is told to its owner
ALLAUTH_TRUSTED_PROXY_COUNT = BEHIND_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # who proves the address takes the account without them: `accounts.proofs`
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

SOCIALACCOUNT_ADAPTER = "preau.accounts.schools.Adapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # where both sides have confirmed the address: see the adapter
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": schools.read()}}

SESSION_ENGINE = "preau.accounts.devices"
SESSION_COOKIE_NAME = "__Host-device" if HTTPS else "device"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 180
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXIES else None
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "media-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DOCUMENT_MB = env.number("DOCUMENT_MB", 20, least=1)  # of one file of a copy

FREEZE_HOURS = env.two_numbers("FREEZE_HOURS", (3, 1))  # before and after a deadline: nothing new is printed
STATUS_FOLDER = env.text("STATUS_FOLDER")  # where the worker keeps the status page; empty: nowhere

LANGUAGE_CODE = "fr"
LOCALE_PATHS = [ROOT / "src" / "preau" / "locale"]
PSEUDO = env.flag("PSEUDO")  # two languages that nobody speaks, to try the pages with
LANGUAGES = spoken.found(LOCALE_PATHS[0], LANGUAGE_CODE, pseudo=PSEUDO)
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = STATE / "static"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if S3_BUCKET := env.text("S3_BUCKET"):  # course files; loaded, with boto3, at their first use
    STORAGES["courses"] = {
        "BACKEND": "preau.content.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.text("S3_ENDPOINT") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_KEY") or None,
            "secret_key": env.text("S3_SECRET") or None,
        },
    }
S3_PUBLIC_URL = env.text("S3_PUBLIC_URL").rstrip("/")
if S3_PUBLIC_URL:  # where a page's films and pictures are sent on to
    if not (origin := re.match(r"https?://[\w.:\[\]-]+(?=/|$)", S3_PUBLIC_URL)):
        raise env.BadSetting(f"S3_PUBLIC_URL: expected an address like https://files.example.org, not {S3_PUBLIC_URL}")
    if S3_BUCKET:
        SECURE_CSP["img-src"].append(origin[0])
        SECURE_CSP["media-src"].append(origin[0])
MEDIA_ROOT = STATE / "media"
MEDIA_URL = "media/"
PAGES_ROOT = STATE / "pages"  # the page server's cache; rows of `content.Page` are the truth

if SMTP_HOST := env.text("SMTP_HOST"):
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": SMTP_HOST,
                "port": env.number("SMTP_PORT", 25, least=1),
                "username": env.text("SMTP_USER"),
                "password": env.text("SMTP_PASSWORD"),
                "use_tls": env.flag("SMTP_STARTTLS"),
                "timeout": 20,
            },
        }
    }
else:  # no mail server yet: messages are files that the operator can read
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(STATE / "mail")},
        }
    }
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Préau <ne-pas-repondre@example.org>")
REPLY_ADDRESS = env.text("REPLY_ADDRESS")
MAIL_CAP = env.number("MAIL_CAP", 3)
MAIL_RATE = env.number("MAIL_RATE", 20)
MAIL_AUTH_SERVER = env.text("MAIL_AUTH_SERVER")
POSTMAN_ROOT = STATE / "postman"  # the lock and the journal of what leaves by SMTP

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {"()": "preau.config.logs.Text"}, "json": {"()": "preau.config.logs.Json"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": env.choice("LOG_FORMAT", ("text", "json"))}
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
SLOW_MS = env.number("SLOW_MS", 1000, least=1)
METRICS_TOKEN = env.text("METRICS_TOKEN")
PREAU_SEAL_KEY = env.text("PREAU_SEAL_KEY")  # of the school, in PEM; empty: one of our own, in the database
PREAU_SEAL_CERTIFICATE = env.text("PREAU_SEAL_CERTIFICATE")
DKIM_SELECTOR = env.text("DKIM_SELECTOR")
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # one e-mail whatever its case is a constraint on Lower("email")
INPUTS = os.environ.get("PREAU_INPUTS", "")
