"""The rows of the access matrix about the way in: enrolling before one is signed in, a passkey at sign-up, schools."""

from tests.policy.roles import EVERYBODY, Row

ROWS: dict[str, list[Row]] = {
    "e/<slug:edition>/join/<str:track>/": [
        Row("/e/{edition}/join/classic/", "mleocsbtrd"),
        Row("/e/{private}/join/classic/", "td"),
        Row("/e/nowhere/join/classic/", ""),
    ],
    "e/<slug:edition>/begin/": [Row("/e/{edition}/begin/", "l"), Row("/e/nowhere/begin/", "")],
    "accounts/signup/passkey/": [Row("/accounts/signup/passkey/", EVERYBODY, "POST")],
    "accounts/oidc/<slug:provider_id>/login/": [Row("/accounts/oidc/nowhere/login/", "")],
    "accounts/oidc/<slug:provider_id>/login/callback/": [Row("/accounts/oidc/nowhere/login/callback/", "")],
}
