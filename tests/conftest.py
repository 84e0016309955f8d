"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.running import Istami
from tests.standins.google import StandInGoogle

# The same examples in every run: a change is judged by what it changes. To search further: HYPOTHESIS_PROFILE=explore
settings.register_profile("default", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def _google() -> Iterator[StandInGoogle]:
    with StandInGoogle() as google:
        yield google


@pytest.fixture
def google(_google: StandInGoogle) -> Iterator[StandInGoogle]:
    """The stand-in Google: answering at once, 200 characters, no faults, nothing counted yet."""
    _google.latency, _google.max_chars, _google.blackhole = 0.0, 200, False
    _google.clear_script()
    _google.reset()
    yield _google
    _google.blackhole = False
    _google.clear_script()
    _google.up()


@pytest.fixture(scope="session")
def _istami(_google: StandInGoogle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Istami]:
    with Istami(tmp_path_factory.mktemp("istami"), **_google.environ()) as service:
        yield service


@pytest.fixture
def istami(_istami: Istami, google: StandInGoogle) -> Istami:
    """The whole service, speaking to the stand-in Google. Shared: each test uses its own article ids."""
    return _istami


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks a stand-in in this process asks it directly."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
