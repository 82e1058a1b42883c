"""Sign-in by OpenID Connect, with a provider that signs real tokens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from authlib.integrations.starlette_client import StarletteOAuth2App
from joserfc import jwt
from joserfc.jwk import RSAKey

from coach_api.web.callers import COOKIE

from .conftest import Service

ISSUER = "https://id.example.org"


class Provider:
    """Speaks OpenID Connect over a transport instead of a network."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.nonce = ""
        self.claims: dict[str, Any] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("openid-configuration"):
            return httpx.Response(200, json=self._metadata())
        if path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        return httpx.Response(200, json=self._tokens())

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _tokens(self) -> dict[str, Any]:
        moment = int(time.time())
        claims = {
            "iss": ISSUER, "aud": "coach", "sub": "1", "iat": moment, "exp": moment + 60,
            "nonce": self.nonce, **self.claims,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    provider = Provider()
    connect(monkeypatch, provider.answer)
    return provider


def connect(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    """Let the service speak with this instead of a network."""
    transport = httpx.MockTransport(answer)
    made = StarletteOAuth2App.client_cls.__init__

    def over_transport(self: Any, *args: Any, **options: Any) -> None:
        made(self, *args, **options | {"transport": transport})

    monkeypatch.setattr(StarletteOAuth2App.client_cls, "__init__", over_transport)


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service(oidc_issuer=ISSUER, oidc_client_id="coach", oidc_client_secret="s")


def come_back(service: Service, provider: Provider, **claims: Any) -> Any:
    client = service.client()
    leave = client.get("/sign-in/oidc", follow_redirects=False)
    asked = parse_qs(urlsplit(leave.headers["location"]).query)
    assert asked["redirect_uri"] == ["http://testserver/sign-in/oidc/back"]
    assert asked["code_challenge_method"] == ["S256"]
    provider.nonce, provider.claims = asked["nonce"][0], claims
    params = {"code": "c", "state": asked["state"][0]}
    answer = client.get("/sign-in/oidc/back", params=params, follow_redirects=False)
    return answer, client


def test_a_known_verified_address_signs_in(service: Service, provider: Provider) -> None:
    service.person("mentor@example.org")
    assert "your organisation" in service.client().get("/sign-in").text
    answer, client = come_back(service, provider, email="Mentor@example.org", email_verified=True)
    assert answer.status_code == 303 and COOKIE in client.cookies
    assert client.get("/v1/me").json()["email"] == "mentor@example.org"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "mentor@example.org"},
        {"email": "mentor@example.org", "email_verified": False},
        {"email": "stranger@example.org", "email_verified": True},
        {},
    ],
)
def test_others_do_not(service: Service, provider: Provider, claims: dict[str, Any]) -> None:
    service.person("mentor@example.org")
    answer, client = come_back(service, provider, **claims)
    assert answer.status_code == 403 and COOKIE not in client.cookies


def test_an_answer_that_nobody_asked_for_is_refused(service: Service, provider: Provider) -> None:
    answer = service.client().get("/sign-in/oidc/back", params={"code": "c", "state": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"exp": 1}, {"iss": "https://x.example"}])
def test_a_token_that_is_not_for_us_or_too_old_is_refused(
    service: Service, provider: Provider, claims: dict[str, Any]
) -> None:
    """The clocks of the two may differ, too."""
    service.person("mentor@example.org")
    said = {"email": "mentor@example.org", "email_verified": True, **claims}
    answer, client = come_back(service, provider, **said)
    assert answer.status_code == 403 and COOKIE not in client.cookies


@pytest.mark.parametrize("answers", ["nothing", "nonsense"])
def test_a_provider_that_is_away_is_said(
    service: Service, monkeypatch: pytest.MonkeyPatch, answers: str
) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        if answers == "nothing":
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(502, text="Bad gateway")

    connect(monkeypatch, away)
    answer = service.client().get("/sign-in/oidc", follow_redirects=False)
    assert answer.status_code == 503
